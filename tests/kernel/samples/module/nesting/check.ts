import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const lines = run.output.trimEnd().split('\n');
  const last = new Map<string, number>();
  const seen = { one: 0, task: 0, timer: 0 };
  for (let i = 0; i < lines.length; i++) {
    const [, kind, cpu, turn] = /^(one|task|timer) (\d+) (\d+)/.exec(lines[i] ?? '') ?? [];
    assert.ok(kind === 'one' || kind === 'task' || kind === 'timer', `line ${i}: ${lines[i]}`);
    seen[kind]++;
    const context = `${kind === 'timer' ? 'timer' : 'task'} ${cpu}`;
    assert.ok(Number(turn) > (last.get(context) ?? 0), `line ${i}: ${lines[i]} after ${last.get(context)}`);
    last.set(context, Number(turn));
    if (kind === 'one') continue;
    const more = kind === 'task' ? 1 : 20;
    for (let k = 0; k < more; k++) assert.ok(lines[++i]?.startsWith(`${turn} `), `line ${i}: ${lines[i]}`);
    assert.equal(lines[++i], `${turn} end`);
  }
  const { probes } = run.status;
  assert.deepEqual(
    probes.slice(0, 3).map((p) => p.recorded),
    [seen.one, seen.task, seen.timer],
  );
  assert.ok(seen.one > 1000 && seen.timer > 10);
}
