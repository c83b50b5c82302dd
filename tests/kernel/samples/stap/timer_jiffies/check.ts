import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, jiffies, ms, hz] = /^jiffies:ms ratio (\d+):(\d+) => CONFIG_HZ=(\d+)\n$/.exec(run.output) ?? [];
  assert.ok(Number(jiffies) > 10 && Number(ms) > 50, run.output);
  // Debian's kernels have 250; a late timer moves the quotient.
  assert.ok(Number(hz) > 200 && Number(hz) < 300, run.output);
}
