import assert from 'node:assert/strict';
import type { SampleRun } from '../../../sample/judge.ts';

export default function check(run: SampleRun): void {
  const [, samples] = /^--- (\d+) samples recorded:$/m.exec(run.output)?.map(Number) ?? [];
  const rows = [...run.output.matchAll(/^([uk]):(\S.*?) +\t +(\d+)$/gm)];
  const shown = rows.reduce((sum, [, , , n]) => sum + Number(n), 0);
  assert.ok(samples !== undefined && shown > 0 && shown <= samples, run.output);
  assert.ok(
    rows.some(([, where, at]) => where === 'u' && /^0x[0-9a-f]+$/.test(at ?? '')),
    run.output,
  );
}
