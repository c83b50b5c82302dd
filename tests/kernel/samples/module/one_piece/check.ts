import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.length, 900);
  for (const line of lines) assert.match(line, /^\[\d+ 0 1 2 3 4 end\]$/);
  assert.equal(new Set(lines.map((line) => line.split(' ')[0])).size, 3);
}
