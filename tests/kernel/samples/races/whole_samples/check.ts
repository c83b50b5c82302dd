import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

/** Those that add are never skipped; of those that look every hit is accounted for. */
export default function check(run: SampleRun): void {
  const [enter, exit, ...timers] = run.status.probes;
  for (const probe of [enter, exit]) assert.equal(probe?.recorded, probe?.hits);
  for (const probe of timers) assert.equal(probe.recorded + probe.skipped, probe.hits);
}
