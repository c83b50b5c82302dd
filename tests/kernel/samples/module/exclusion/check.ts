import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [enter, timer] = run.status.probes;
  const recorded = (enter?.recorded ?? 0) + (timer?.recorded ?? 0);
  assert.ok(recorded > 8000);
  assert.equal(run.output.split('\n')[0], `${recorded} ${recorded}`);
}
