import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status, bindings }: SampleRun): void {
  const [by, printed, returned, expired, timer] = status.probes;
  assert.ok(by && printed && returned && expired && timer);
  const names = [...output.matchAll(/^by (\S+) (\d+)$/gm)].map(([, name, n]) => [name, Number(n)] as const);
  const calls = new Map(names).get('calls');
  // Each of two processes makes 20,000 of them in a round.
  assert.equal(calls, 40_000 * Number(bindings.rounds));
  const all = names.reduce((sum, [, n]) => sum + n, 0);
  assert.equal(by.hits, all);
  assert.equal(printed.hits + printed.missed, all);
  assert.equal(returned.hits + returned.missed, all);
  // Whatever is counted as recorded has run once and whole; a hit whose line found no room has run too.
  const ran = (p: typeof by): number => p.recorded + (p.reasons.room ?? 0);
  const n = Number(/^n (\d+)$/m.exec(output)?.[1]);
  assert.equal(n, 50 * ran(printed) + ran(returned) + ran(expired) + ran(timer));
  assert.equal(output.match(/^\d+ is a number$/gm)?.length ?? 0, printed.recorded);
  assert.equal(status.dropped, printed.reasons.room ?? 0);
  assert.ok(status.dropped > 0 && expired.hits > timer.hits && timer.hits > 200);
}
