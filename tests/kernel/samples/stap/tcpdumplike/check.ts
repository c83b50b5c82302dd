import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(run.output, /^-+\n +Source IP +Dest IP +SPort +DPort +U +A +P +R +S +F \n-+\n/);
  const packets = [
    ...run.output.matchAll(
      /^ +127\.0\.0\.1 +127\.0\.0\.1 +(\d+) +(\d+) +(\d) +(\d) +(\d) +(\d) +(\d) +(\d)$/gm,
    ),
  ].map(([, ...fields]) => fields.map(Number));
  const asks = packets.filter(([, , , ack, , , syn]) => syn === 1 && ack === 0);
  const agrees = packets.filter(([, , , ack, , , syn]) => syn === 1 && ack === 1);
  assert.deepEqual([asks[0]?.[1], agrees[0]?.[0]], [7001, 7001], run.output);
  // What is sent is pushed, and both sides finish.
  assert.ok(packets.some(([, to, , , push]) => to === 7001 && push === 1));
  assert.ok(packets.filter(([, , , , , , , fin]) => fin === 1).length >= 2, run.output);
}
