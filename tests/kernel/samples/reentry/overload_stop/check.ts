import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ status }: SampleRun): void {
  assert.equal(status.gauges['overload stopped'], 1);
  const [heavy, light] = [status.costs.get(0) ?? 0, status.costs.get(1) ?? 0];
  assert.ok(heavy > 10 * light);
}
