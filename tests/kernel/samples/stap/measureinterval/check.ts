import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const text = run.output;
  assert.match(text, /^\nid=0\nvalue \|-{50} count\n/);
  const hits = [...text.matchAll(/ (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
  assert.ok(hits >= 100, `${hits} intervals of at least 100`);
}
