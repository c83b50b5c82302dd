import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.ok(lines.length > 20, run.output);
  const faults = lines.map((line) => /^\d+:\d+:\d+d:([rw]):(minor|major):\d+$/.exec(line) ?? []);
  for (const [i, [whole]] of faults.entries()) assert.ok(whole !== undefined, lines[i]);
  const kinds = new Set(faults.map(([, access, kind]) => `${access} ${kind}`));
  assert.ok(kinds.has('r minor') && kinds.has('w minor'), [...kinds].join());
}
