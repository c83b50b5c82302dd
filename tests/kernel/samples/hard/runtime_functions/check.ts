import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.pop(), 'end 5000 1');
  for (const line of lines) assert.match(line, /^\w+ [01]$/);
}
