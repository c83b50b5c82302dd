import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(
    run.output,
    /^Collecting data\.\.\. Type Ctrl-C to exit and display results\nSPID +SENDER +RPID +RECEIVER +SIGNAME +COUNT\n/,
  );
  const rows = [...run.output.matchAll(/^(\d+) +(\S+) +(\d+) +(\S+) +(\S+) +(\d+)$/gm)];
  const [sent] = rows.filter(([, , , to, , signal]) => to === run.bindings.pid && signal === 'SIGUSR1');
  assert.ok(sent?.[2] === 'sh' && sent[4] === 'sleep' && sent[6] === '1', run.output);
  // Its parent is told that it died.
  assert.ok(
    rows.some(
      ([, from, , to, , signal]) => from === run.bindings.pid && to === sent[1] && signal === 'SIGCHLD',
    ),
    run.output,
  );
}
