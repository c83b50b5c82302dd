import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

/** What the kernel made of the values that the script wrote. */
export default function check(run: SampleRun): void {
  assert.match(run.workload, /^read 7$/m);
  assert.match(run.workload, /^failed 0$/m);
  assert.match(run.workload, /^drwx------$/m);
}
