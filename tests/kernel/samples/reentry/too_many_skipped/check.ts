import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status }: SampleRun): void {
  assert.match(output, /\nerror\n$/);
  const [probe] = status.probes;
  // One too many; of hits under way on the other processor, there is at most one.
  assert.ok(probe && (probe.skipped === 51 || probe.skipped === 52), `${probe?.skipped} skipped`);
  assert.equal(output.match(/^\d+$/gm)?.length, probe.recorded);
}
