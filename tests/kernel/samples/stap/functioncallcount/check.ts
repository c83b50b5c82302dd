import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const counts = run.output
    .trimEnd()
    .split('\n')
    .map((line) => /^(vfs_\w+)\S* (\d+)$/.exec(line) ?? assert.fail(line));
  const of = (name: string) => Number(counts.find(([, function_]) => function_ === name)?.[2] ?? 0);
  assert.ok(of('vfs_read') >= 700 && of('vfs_write') >= 400, run.output);
  const numbers = counts.map(([, , n]) => Number(n));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => b - a),
  );
}
