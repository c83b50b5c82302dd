import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, min, avg, max, count] =
    /^intervals min:(\d+)us avg:(\d+)us max:(\d+)us count:(\d+) variance:\d+\n/
      .exec(run.output)
      ?.map(Number) ?? [];
  assert.ok(min !== undefined && avg !== undefined && max !== undefined && count !== undefined, run.output);
  // A shell asks for its parent, too.
  assert.ok(min <= avg && avg <= max && count >= 200 && count <= 205, run.output);
  const counts = [...run.output.matchAll(/^ *\d+ \|@* +(\d+)$/gm)].map(([, n]) => Number(n));
  assert.equal(
    counts.reduce((sum, n) => sum + n, 0),
    count,
  );
}
