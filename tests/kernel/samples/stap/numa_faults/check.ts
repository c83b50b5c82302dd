import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(run.output, /^Starting pagefault counters \nPrinting counters: \n/);
  const [, read, write, all] = /^calls +\d+ +(\d+) +(\d+) 0:(\d+) $/m.exec(run.output)?.map(Number) ?? [];
  assert.ok(read !== undefined && write !== undefined && all !== undefined, run.output);
  assert.ok(read > 0 && write > 0 && read + write === all, run.output);
}
