import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const sleeps = [...run.output.matchAll(/^(\d+) \d+ \(sleep\) (?:clock_)?nanosleep: (\d+)$/gm)];
  assert.equal(sleeps.length, 1, run.output);
  const [, at, elapsed] = sleeps[0]?.map(Number) ?? [];
  assert.ok(elapsed !== undefined && at !== undefined && elapsed >= 250_000 && at >= elapsed, run.output);
}
