import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.shift(), `<${'b'.repeat(16_000)}>`);
  assert.equal(lines.length, 12);
  for (const [i, line] of lines.entries()) {
    assert.equal(line, `[${'t'.repeat(16_000)}]${String(i % 3).padStart(4000)}`);
  }
}
