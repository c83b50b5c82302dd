import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.length, 2000);
  for (const [i, line] of lines.entries()) {
    assert.equal(line, `line ${i} of two thousand, with some text to make it long`);
  }
}
