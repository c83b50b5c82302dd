import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [plot] = run.output.split('pause 1\n');
  const [ioblock, cpu, rest] = (plot ?? '').split('e\n').map((part) => part.trimEnd().split('\n'));
  assert.ok(ioblock !== undefined && cpu !== undefined, run.output);
  assert.deepEqual(ioblock, [
    'set yrange [0:100]',
    `plot '-' title "ioblock" with lines, '-' title "cpu" with lines`,
    // The guest has no disk.
    ...Array(49).fill('0'),
  ]);
  assert.equal(cpu.length, 49);
  assert.ok(
    cpu.some((share) => Number(share) > 0),
    run.output,
  );
  assert.deepEqual(rest, ['']);
}
