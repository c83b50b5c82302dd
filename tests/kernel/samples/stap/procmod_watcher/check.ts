import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^ {3}0\.000000: Started procmod_watcher on \w{3} \w{3} /);
  assert.match(lines.at(-1) ?? '', /^ +\d\.\d{6}: Exiting procmod_watcher on /);
  const [, time, pid] =
    /^ +(\S+): EXEC: \( *(\d+)\) sh: file "\/bin\/calls", \["calls", "getppid", "1"\], /m.exec(run.output) ??
    [];
  assert.ok(time !== undefined && pid !== undefined, run.output);
  assert.match(run.output, new RegExp(`: FORK: \\( *\\d+\\) sh: pid ${pid}$`, 'm'));
  const [, end] =
    new RegExp(`^ +(\\S+): EXIT: \\( *${pid}\\) calls: exit code 0$`, 'm').exec(run.output) ?? [];
  assert.ok(Number(end) > Number(time), run.output);
}
