import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, min, avg, max, count] =
    /^intervals for read -- min:(\d+)us avg:(\d+)us max:(\d+)us count:(\d+) variance:\d+$/m
      .exec(run.output)
      ?.map(Number) ?? [];
  assert.ok(min !== undefined && avg !== undefined && max !== undefined && count !== undefined, run.output);
  assert.ok(min <= avg && avg <= max && count >= 1000 && count < 1200, run.output);
  assert.match(run.output, /^intervals for write .* count:\d+ /m);
}
