import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const blocks = [
    ...run.output.matchAll(
      /^pid:(\d+) prio:(\d+)\n *value \|-{50} count\n((?: *-?\d+ \|@* *\d+\n| +~\n)+)\n/gm,
    ),
  ];
  assert.ok(blocks.length > 2, run.output);
  assert.equal(blocks.map(([text]) => text).join(''), run.output);
  const pids = blocks.map(([, pid]) => Number(pid));
  assert.deepEqual(
    pids,
    pids.toSorted((a, b) => a - b),
  );
}
