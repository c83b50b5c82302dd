import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(
    run.output,
    new RegExp(`^SIGKILL was sent to sleep \\(pid:${run.bindings.pid}\\) by sh uid:0\n$`),
  );
}
