import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  const form = /^(\S+) +\d \d{19} +\d+: +\d+:\w* (==>|\+ {2}) +\d+: +\d+:\w* (\S+) *$/;
  const rows = lines.map((line) => form.exec(line) ?? []);
  for (const [i, [whole, from, , to]] of rows.entries()) {
    assert.ok(whole !== undefined && (from === 'calls' || to === 'calls'), lines[i]);
  }
  assert.ok(
    rows.some(([, , how, to]) => how === '==>' && to === 'calls') ||
      rows.some(([, from, how]) => how === '==>' && from === 'calls'),
  );
}
