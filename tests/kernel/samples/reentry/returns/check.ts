import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status, variants }: SampleRun): void {
  const [entries = 0, returns = 0] = output.split(/\s/).map(Number);
  const of = (point: string) => status.probes.find((probe) => probe.point === point);
  const entry = of('kernel.function("hrtimer_interrupt")');
  const returned = of('kernel.function("hrtimer_interrupt").return');
  assert.ok(entry && returned && entries > 500);
  assert.equal(entry.recorded, entries);
  assert.equal(returned.recorded, returns);
  assert.deepEqual([entry.missed, entry.skipped, returned.skipped], [0, 0, 0]);
  // A kretprobe's call that comes inside a kprobe's handler is the kernel's to drop: it says how many.
  if (!variants.has('return/by-kretprobe.c')) assert.equal(returned.missed, 0);
  // One call on each processor may be under way when the script begins, and when it ends.
  const calls = returned.hits + returned.missed;
  assert.ok(Math.abs(calls - entries) <= 2, `${calls} of ${entries}`);
}
