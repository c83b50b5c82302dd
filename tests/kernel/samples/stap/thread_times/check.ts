import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, ticks] = /^ +comm +tid +%user +%kernel \(of (\d+) ticks\)$/m.exec(run.output)?.map(Number) ?? [];
  assert.ok(ticks !== undefined && ticks > 0, run.output);
  const rows = [...run.output.matchAll(/^ *(\S+) +\d+ +(\d+\.\d\d)% +(\d+\.\d\d)%$/gm)];
  const total = rows.reduce((sum, [, , user, kernel]) => sum + Number(user) + Number(kernel), 0);
  assert.ok(total <= 100.01, run.output);
  assert.ok(
    rows.some(([, name, user]) => name === 'sh' && Number(user) > 0),
    run.output,
  );
}
