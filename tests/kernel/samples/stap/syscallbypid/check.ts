import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(
    run.output,
    /^Tracing syscall completions\.\.\. Hit Ctrl-C to end\.\n\nPID +CMD +SYSCALL +COUNT\n/,
  );
  assert.match(run.output, new RegExp(`^${run.bindings.pid} +calls +getppid +1000$`, 'm'));
  const counts = [...run.output.matchAll(/ (\d+)$/gm)].map(([, n]) => Number(n));
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
}
