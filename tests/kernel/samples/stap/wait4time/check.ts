import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const waits = [...run.output.matchAll(/^(\d+) \d+ \(sh\) wait4: (\d+) (-?\d+)$/gm)].map(([, , us]) =>
    Number(us),
  );
  // How long the sleep had lasted when its parent began to wait is the scheduler's choice.
  assert.ok(
    waits.some((us) => us >= 100_000),
    run.output,
  );
}
