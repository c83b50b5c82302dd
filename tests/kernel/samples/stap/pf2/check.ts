import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, samples] = /^\n--- (\d+) samples recorded:\n/.exec(run.output) ?? [];
  assert.ok(Number(samples) > 100, run.output);
  const rows = [...run.output.matchAll(/^(\S+) *\t *(\d+)$/gm)].map(([, name, n]) => ({
    name,
    n: Number(n),
  }));
  assert.ok(rows.length > 0 && rows.length <= 10, run.output);
  assert.deepEqual(
    rows.map(({ n }) => n),
    rows.map(({ n }) => n).toSorted((a, b) => b - a),
  );
}
