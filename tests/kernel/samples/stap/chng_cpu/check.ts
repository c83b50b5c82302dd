import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, cpu, stack = ''] =
    /^\nthread \d+ \(sleep\) context switched on cpu(\d) state: 0\n([\s\S]*)$/.exec(run.output) ?? [];
  assert.equal(cpu, '1', run.output);
  assert.match(stack, /^ 0x[0-9a-f]{16} : \w[\w.]*\+0x[0-9a-f]+\/0x[0-9a-f]+/);
  assert.match(stack, /schedule\w*\+0x/);
}
