import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status }: SampleRun): void {
  assert.match(output, /\nerror\n$/);
  const [probe] = status.probes;
  // Hits under way on the other processor may still be skipped.
  assert.ok(probe && probe.skipped > 50 && probe.skipped < 60);
  assert.equal(output.match(/^\d+$/gm)?.length, probe.recorded);
}
