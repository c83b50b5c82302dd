import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(
    run.output,
    /^Starting data collection\nmode - All Pids\n\nTerminating data collection\nCommand +Pid +Alloc +Free CacheAdd CacheDel\n-/,
  );
  const rows = [...run.output.matchAll(/^(\S+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$/gm)];
  const pids = rows.map(([, , pid]) => Number(pid));
  assert.deepEqual(
    pids,
    pids.toSorted((a, b) => a - b),
  );
  const [, , , allocated, freed] = rows.find(([, name]) => name === 'dd') ?? [];
  // The 64 pages of the file, and its own.
  assert.ok(Number(allocated) >= 64 && Number(freed) > 0, run.output);
}
