import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  const [n, m] = (lines.pop() ?? '').split(' ').map(Number);
  const ticks = lines.filter((line) => line === 'tick 6 Linux.');
  const calls = lines.filter((line) => /^(\S+) 5 \1\.$/.test(line));
  assert.deepEqual([calls.length, ticks.length], [n, m]);
  assert.equal(lines.length, calls.length + ticks.length);
  assert.ok(calls.length > 8000 && ticks.length > 3);
}
