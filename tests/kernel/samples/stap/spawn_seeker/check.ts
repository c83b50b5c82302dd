import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(run.output, /^\n\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4} /);
  const [, processes = '', names = ''] = run.output.split(/^ *execname.*spawned \(percent\)$/m);
  const spawned = (text: string): number =>
    [...text.matchAll(/ (\d+) \( *(\d+)%\)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
  assert.ok(spawned(names) >= 5, run.output);
  assert.equal(spawned(processes), spawned(names));
  assert.match(names, /^ +sh +\d+ \( *\d+%\)$/m);
}
