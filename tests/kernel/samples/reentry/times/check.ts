import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ status }: SampleRun): void {
  for (const [row, probe] of status.probes.entries()) {
    const time = status.times.get(row);
    // Errors come, if at all, instead of an end.
    if (probe.hits === 0) assert.equal(time, undefined);
    else assert.ok(time && time.hits === probe.recorded && time.min <= time.avg && time.avg <= time.max);
  }
  const [counter, loop] = [1, 2].map((row) => status.times.get(row));
  assert.ok(counter && loop && counter.hits >= 5000 && loop.min > counter.min && loop.avg > counter.avg);
}
