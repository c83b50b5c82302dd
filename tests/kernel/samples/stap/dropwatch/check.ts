import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(run.output, /^Monitoring for dropped packets\n\n/);
  // ctime(), then where packets were dropped: a datagram to a port without a listener is.
  assert.match(run.output, /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/m);
  assert.match(run.output, /^[1-9]\d* packets dropped at \w*(rcv|skb|release|close)\w*/m);
  assert.match(run.output, /\nStopping dropped packet monitor\n$/);
}
