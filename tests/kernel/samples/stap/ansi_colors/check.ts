import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.length, 2 + 8 * 2);
  assert.equal(lines[0], 'fg,t \\ bg |   40      41      42      43      44      45      46      47   ');
  assert.equal(lines[1], '-'.repeat(75));
  assert.ok(
    lines[2]?.startsWith('   30,0   |\u001b[40;30m Normal \u001b[0;0m\u001b[41;30m Normal '),
    lines[2],
  );
  assert.ok(lines[17]?.includes('\u001b[47;37;1m Bold   \u001b[0;0m'), lines[17]);
}
