import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status }: SampleRun): void {
  assert.match(output, /^end 1 1$/m);
  const of = (point: string) => status.probes.find((probe) => probe.point === `kernel.function("${point}")`);
  const [counting, failing] = [of('k*'), of('ktime_get_mono_fast_ns')];
  assert.ok(counting && failing);
  // Handlers hit what they call themselves: that is told apart, here or by the kernel, and counted.
  assert.ok((counting.reasons.recursion ?? 0) > 0);
  assert.ok(failing.missed + (failing.reasons.recursion ?? 0) > 0);
  assert.ok(failing.errors > 0);
}
