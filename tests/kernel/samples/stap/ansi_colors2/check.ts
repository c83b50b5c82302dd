import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.length, 2 + 8 * 4);
  assert.deepEqual(
    lines.slice(2).map((line) => line.slice(0, 11)),
    [30, 31, 32, 33, 34, 35, 36, 37].flatMap((color) => [0, 1, 4, 7].map((t) => `   ${color},${t}   |`)),
  );
}
