import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status }: SampleRun): void {
  const [n = 0, reads = 0] = output.split(/\s/).map(Number);
  const [all, one] = status.probes;
  assert.ok(all && one);
  assert.deepEqual([all.hits, all.recorded, all.missed, all.skipped], [n, n, 0, 0]);
  assert.deepEqual([one.hits, one.recorded, one.missed, reads], [2000, 2000, 0, 2000]);
  // A read of /dev/null goes through ten functions at least.
  assert.ok(n > 10 * 2000, `${n} calls`);
}
