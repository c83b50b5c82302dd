/** NMIs on top of a handler that holds locks. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildModules, guestPrograms } from '../build.ts';
import { fetchKernel } from '../fetch/fetch.ts';
import { compileSample } from '../sample/compile.ts';
import { findSamples } from '../sample/find.ts';
import { contradictions, type ModuleStatus, readStatus } from '../sample/status.ts';
import { runInVm, type VmJobResult } from '../vm.ts';

const FOLDER = fileURLToPath(new URL('scripts/', import.meta.url));
const STORM = fileURLToPath(new URL('nmi_storm.c', import.meta.url));
const NMIS = 3000;

const SCRIPT = `
insmod ./nmi_storm.ko
insmod ./reentry_nmi.ko
TAPC=/sys/kernel/debug/tapc/reentry_nmi
cat $TAPC/trace >$OUT/trace &
reader=$!
taskset 1 sh -c 'while [ ! -e /tmp/over ]; do calls read 500; done' >/dev/null & load=$!
sleep 0.3
# In portions, so that they meet the load.
for portion in $(seq 60); do
    taskset 2 sh -c 'echo ${NMIS / 60} >/sys/module/nmi_storm/parameters/send' || echo sending failed
done
cat /sys/module/nmi_storm/parameters/handled >$OUT/handled
touch /tmp/over
wait $load
echo stop >$TAPC/control
wait $reader
cat $TAPC/status >$OUT/status
rmmod reentry_nmi
rmmod nmi_storm
`;

describe.each(['6.1', '6.12'])('on %s', (line) => {
  let result: VmJobResult;
  let status: ModuleStatus;
  let output: string;

  beforeAll(async () => {
    const kernel = await fetchKernel(line);
    const [sample] = await findSamples(FOLDER);
    assert.ok(sample !== undefined);
    const { source, error } = await compileSample({ ...sample, module: 'reentry_nmi' }, kernel);
    assert.ok(source !== undefined, error);
    const storm = { name: 'nmi_storm', c: await readFile(STORM, 'utf8') };
    const files: Record<string, { path: string }> = {};
    for (const { name, ko, messages } of await buildModules(kernel, [source, storm])) {
      assert.deepEqual(messages, []);
      assert.ok(ko !== undefined);
      files[`${name}.ko`] = { path: ko };
    }
    const job = { name: 'nmi', timeout: 120, script: SCRIPT, files };
    const [run] = await runInVm(kernel, [job], { programs: await guestPrograms(kernel.machine) });
    assert.ok(run !== undefined);
    result = run;
    const text = (file: string): string => run.files.get(file)?.toString('latin1') ?? '';
    status = readStatus(text('status'));
    output = text('trace');
  });

  test('nothing goes wrong', () => {
    expect([result.problems, result.outcome, result.exitStatus, result.stdout]).toEqual([
      [],
      'exited',
      0,
      '',
    ]);
    expect(contradictions(status)).toEqual([]);
  });

  test('every NMI is recorded, by handlers of every class', () => {
    expect(result.files.get('handled')?.toString().trim()).toBe(String(NMIS));
    for (const probe of status.probes)
      expect([probe.point, probe.reasons, probe.missed]).toEqual([probe.point, {}, 0]);
    expect(output.match(/^nmi /gm)?.length).toBe(NMIS);
    expect(output.match(/^end .*/gm)).toEqual([`end ${NMIS} ${NMIS} ${NMIS}`]);
  });

  test('hits that had to wait are those of their events', () => {
    // The NMIs that came on top of the long handler.
    expect(status.late.get(1) ?? 0).toBeGreaterThan(10);
    let inside = 0;
    let before: { from: bigint; to: bigint } | undefined;
    let last = 0n;
    let turn = 0;
    for (const text of output.split('\n')) {
      const [, from, to] = /^out 0 (\d+) (\d+)$/.exec(text) ?? [];
      if (from !== undefined && to !== undefined) before = { from: BigInt(from), to: BigInt(to) };
      const [, time, by, total] = /^nmi 0 (\d+) 1 (\S+) (\d+)$/.exec(text) ?? [];
      if (time === undefined) continue;
      // In the order in which they came; an NMI may read the clock while it is being set, some nanoseconds too early.
      assert.equal(Number(total), ++turn);
      assert.ok(BigInt(time) + 1000n > last, text);
      last = BigInt(time);
      if (before !== undefined && last > before.from && last < before.to) {
        inside++;
        // What was interrupted was the handler: the process is the one that made the call.
        assert.equal(by, 'calls');
      }
    }
    expect(inside).toBeGreaterThan(10);
  });
});
