import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const rows = [...run.output.matchAll(/^ *\d+ +\d+ lo +(\d+) +(\d+) +0 +0 (\S+) *$/gm)];
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  assert.match(run.output, /^ {2}PID {3}UID DEV {10}XMIT_PK RECV_PK XMIT_KB RECV_KB COMMAND {8}\n/);
  // Two requests and two answers. Who is charged with an answer is the processor's choice.
  assert.deepEqual([sum(1), sum(2)], [4, 4], run.output);
  assert.ok(Number(rows.find((row) => row[3] === 'ping')?.[1]) >= 2, run.output);
}
