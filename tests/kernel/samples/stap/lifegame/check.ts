import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const frames = run.output.split('\u001b[1;1H\u001b[J').slice(1);
  assert.ok(frames.length > 3, run.output);
  const cells = frames.map((frame) =>
    [...frame.matchAll(/\u001b\[(\d+);(\d+)Ho/g)].map(([, y, x]) => `${x},${y}`).sort(),
  );
  // What it starts with, and what the rules make of it.
  assert.deepEqual(cells[0], ['5,8', '6,7', '6,8', '7,6', '7,8']);
  assert.deepEqual(cells[1], ['5,7', '5,8', '6,8', '6,9', '7,8']);
  assert.deepEqual(cells[2], ['5,7', '5,8', '5,9', '6,9', '7,8', '7,9']);
}
