import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ status }: SampleRun): void {
  assert.ok((status.gauges['overload rests'] ?? 0) > 0);
  assert.equal(status.gauges['overload stopped'], 0);
  const [heavy] = status.probes;
  assert.ok(heavy);
  assert.ok(heavy.hits === 80_000 && (heavy.reasons.overload ?? 0) > 0 && heavy.recorded > 0);
}
