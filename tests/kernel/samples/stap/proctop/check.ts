import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(
    run.output,
    /^\n1 seconds: showing (\d+) out of \d+ tasks\n +PID +Process +State +VirtMem +RSSMem +ShrdMem +CPU Time +User Time\n/,
  );
  const rows = [...run.output.matchAll(/^ *(\d+) +(\S+) +([A-Z]+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$/gm)];
  assert.ok(rows.length > 2, run.output);
  for (const [row, , , state, , resident, shared] of rows) {
    assert.ok(['R', 'S', 'D', 'T', 'Z', 'DEAD', 'EXIT_DEAD'].includes(state ?? ''), row);
    assert.ok(Number(resident) >= Number(shared), row);
  }
  assert.ok(
    rows.some(([, , , , memory, resident]) => Number(memory) > 0 && Number(resident) > 0),
    run.output,
  );
}
