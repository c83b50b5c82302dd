import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check({ output, status }: SampleRun): void {
  const [entries, returns = 0] = output.split(/\s/).map(Number);
  const [entry, returned] = status.probes;
  assert.ok(entry && returned);
  assert.deepEqual([entries, entry.missed, entry.skipped, returned.skipped], [8, 0, 0, 0]);
  // Shadow stacks have room for all of them; the others say how many they had none for. Others may still be asleep.
  const seen = returned.hits + returned.missed;
  assert.ok(seen >= 8 && seen <= entry.hits, `${seen} of ${entry.hits}`);
  assert.ok(returns >= 3 && returns <= 8 && returns + returned.missed >= 8);
}
