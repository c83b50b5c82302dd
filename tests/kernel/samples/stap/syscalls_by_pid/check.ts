import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(
    run.output,
    /^Collecting data\.\.\. Type Ctrl-C to exit and display results\n#SysCalls +PID\n/,
  );
  const rows = [...run.output.matchAll(/^(\d+) +(\d+)$/gm)].map(([, count, pid]) => ({
    count: Number(count),
    pid,
  }));
  const own = rows.find(({ pid }) => pid === run.bindings.pid)?.count ?? 0;
  assert.ok(own >= 5000 && own < 5100, run.output);
  assert.equal(rows[0]?.count, own);
}
