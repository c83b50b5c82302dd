import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  assert.match(run.output, /^ +TIMESTAMP +PID +TID +EXECNAME +ACTION\n/);
  const rows = [...run.output.matchAll(/^ *(\d+) +(\d+) +(\d+) +(\S+) +(.*)$/gm)].map(
    ([, , pid, , name, action]) => ({ pid, name, action }),
  );
  const own = rows.filter(({ pid, action }) => pid === run.bindings.pid && !action?.startsWith('sig'));
  assert.deepEqual(
    own.slice(0, 4).map(({ name, action }) => `${name} ${action}`),
    ['sh start', 'sh exec "/bin/calls"', 'calls exec success', 'calls exit 0'],
  );
  assert.ok(
    rows.some(({ action }) => action?.startsWith(`create p:${run.bindings.pid} t:${run.bindings.pid} n:sh`)),
  );
  assert.ok(rows.some(({ action }) => action?.startsWith(`remove p:${run.bindings.pid} `)));
}
