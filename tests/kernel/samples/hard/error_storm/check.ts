import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

const LINE =
  /^ERROR: (in a function|.+ in a tracepoint|in a timer|in the runtime's own) at [\w.]+\.stp:\d+:\d+$/;

/** Every error is either told or counted as dropped, and each of the workload's calls made one. */
export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  assert.equal(lines.pop(), 'end 1');
  for (const line of lines) assert.match(line, LINE);
  const { probes, dropped } = run.status;
  const reads = probes.find((probe) => probe.point.includes('vfs_read'));
  assert.ok(reads !== undefined && reads.errors >= 20_000, JSON.stringify(reads));
  const failed = probes.reduce((sum, probe) => sum + probe.errors, 0);
  assert.equal(lines.length + dropped, failed);
}
