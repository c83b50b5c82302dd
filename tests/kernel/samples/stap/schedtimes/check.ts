import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const rows = [...run.output.matchAll(/^ *(\S+): +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$/gm)];
  assert.ok(rows.length > 2, run.output);
  for (const [row, , , ...numbers] of rows) {
    const [ran = 0, slept = 0, waited = 0, queued = 0, total = 0] = numbers.map(Number);
    assert.equal(ran + slept + queued, total, row);
    // A part of the sleep.
    assert.ok(waited <= slept, row);
  }
}
