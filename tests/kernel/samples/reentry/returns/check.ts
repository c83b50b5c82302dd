import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status }: SampleRun): void {
  const [entries = 0, returns = 0] = output.split(/\s/).map(Number);
  const of = (point: string) => status.probes.find((probe) => probe.point === point);
  const entry = of('kernel.function("hrtimer_forward")');
  const returned = of('kernel.function("hrtimer_forward").return');
  assert.ok(entry && returned && entries > 500);
  assert.equal(entry.recorded, entries);
  assert.equal(returned.recorded, returns);
  // Whatever was not seen is counted, and it is little.
  assert.ok(Math.abs(returned.hits + returned.missed - entries) <= 2);
  assert.ok(returned.missed * 20 < entries, `${returned.missed} of ${entries} missed`);
}
