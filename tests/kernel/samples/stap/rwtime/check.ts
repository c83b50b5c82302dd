import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(
    run.output,
    /^Tracing read\/write syscalls for processes named "calls"\.\.\. Hit Ctrl-C to end\.\n\n/,
  );
  const [reads = '', writes = ''] = run.output.split('\nsyscall write latency (ns):\n');
  const sum = (text: string): number =>
    [...text.matchAll(/^ *\d+ \|@* +(\d+)$/gm)].reduce((total, [, n]) => total + Number(n), 0);
  assert.equal(sum(reads), 500);
  assert.equal(sum(writes), 2);
}
