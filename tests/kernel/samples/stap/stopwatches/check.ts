import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, wall, user, system] =
    /^wall clock +(\d+)us\nwall clock in user-space +(\d+)us\nwall clock in kernel-space +(\d+)us\n$/
      .exec(run.output)
      ?.map(Number) ?? [];
  assert.ok(wall !== undefined && user !== undefined, run.output);
  assert.ok(wall >= 500_000 && user >= 500_000, run.output);
  // Nobody is the target: none of its calls is seen.
  assert.equal(system, 0);
}
