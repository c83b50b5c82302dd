import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.length, 200_000);
  lines.forEach((line, i) => {
    assert.equal(line, i < 100_000 ? `begin ${i}` : `end ${i - 100_000}`);
  });
}
