import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.deepEqual(lines.map(Number), [...lines.keys()]);
  assert.equal(lines.length, 3000);
}
