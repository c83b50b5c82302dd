import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status }: SampleRun): void {
  const [entries = 0, returns = 0] = output.split(/\s/).map(Number);
  const of = (point: string) => status.probes.find((probe) => probe.point === point);
  const entry = of('kernel.function("hrtimer_interrupt")');
  const returned = of('kernel.function("hrtimer_interrupt").return');
  assert.ok(entry && returned && entries > 500);
  assert.equal(entry.recorded, entries);
  assert.equal(returned.recorded, returns);
  assert.deepEqual([entry.missed, returned.missed, entry.skipped, returned.skipped], [0, 0, 0, 0]);
  // One call on each processor may be under way when the script begins, and when it ends.
  assert.ok(Math.abs(returned.hits - entries) <= 2, `${returned.hits} of ${entries}`);
}
