/** What samples cannot show of function probes: modules that come and go, and all of the kernel's functions at once. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { planModule } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';
import { buildModules, guestPrograms, type ModuleSource } from './build.ts';
import { type FetchedKernel, fetchKernel } from './fetch/fetch.ts';
import { readStatus } from './sample/status.ts';
import { runInVm, type VmJobResult } from './vm.ts';

const FOLLOWS = `
global calls, returns
probe module("hm_target").function("hm_target_add") { calls++ }
probe module("hm_target").function("hm_target_add").return { returns++ }
probe end { println(calls, " ", returns) }
`;

/** The handlers run into functions and tracepoints that they are on themselves. */
const EVERYTHING = `
global functions, tracepoints, reads
probe kernel.function("*") { functions++ }
probe kernel.trace("kmem:*") { tracepoints++ }
probe kernel.function("vfs_read") { if (execname() == "calls") reads++ }
probe end { printf("%d %d %d\\n", functions > 10000, tracepoints > 10, reads >= 100) }
`;

const STOP = 'echo stop >$T/control; cat $T/trace; cp $T/status $OUT/status; rmmod $M';

const COMES_LATER = `
insmod ./follows.ko
insmod ./hm_target.ko
for n in 1 2 3; do echo $n >/sys/module/hm_target/parameters/n; done
rmmod hm_target
insmod ./hm_target.ko
echo 4 >/sys/module/hm_target/parameters/n
M=follows T=/sys/kernel/debug/tapc/follows
${STOP}
rmmod hm_target
`;

const IS_THERE = `
insmod ./hm_target.ko
insmod ./follows.ko
echo 1 >/sys/module/hm_target/parameters/n
rmmod hm_target
M=follows T=/sys/kernel/debug/tapc/follows
${STOP}
`;

const ALL_AT_ONCE = `
insmod ./everything.ko
M=everything T=/sys/kernel/debug/tapc/everything
calls read 100 >$OUT/calls
${STOP}
`;

function translate(kernel: string, name: string, script: string): ModuleSource {
  const { plan, diagnostics } = planModule({ ...moduleRequest(script, { kernel }), module: name });
  if (plan === undefined) throw new Error(diagnostics.map((d) => d.message).join('\n'));
  const [source] = emit(plan);
  if (source === undefined) throw new Error('nothing was emitted');
  return { name, c: source.text };
}

describe.each(['6.1', '6.12'])('on %s', (line) => {
  let results: Map<string, VmJobResult>;

  beforeAll(async () => {
    const kernel: FetchedKernel = await fetchKernel(line);
    const target = await readFile(new URL('handmade/hm_target.c', import.meta.url), 'utf8');
    const built = await buildModules(kernel, [
      translate(line, 'follows', FOLLOWS),
      translate(line, 'everything', EVERYTHING),
      { name: 'hm_target', c: target },
    ]);
    const files: Record<string, { path: string }> = {};
    for (const { name, ko, messages } of built) {
      expect(messages).toEqual([]);
      if (ko !== undefined) files[`${name}.ko`] = { path: ko };
    }
    const jobs = [
      { name: 'comes later', script: COMES_LATER, files },
      { name: 'is there', script: IS_THERE, files },
      { name: 'all at once', script: ALL_AT_ONCE, files, timeout: 120 },
    ];
    // One processor: QEMU before 8.1 now and then runs code that another processor has just patched as it was before.
    const run = await runInVm(kernel, jobs, { programs: await guestPrograms(kernel.machine), cpus: 1 });
    results = new Map(run.map((result) => [result.name, result]));
  });

  test.each([
    // Calls: as it is loaded, by each write, as it is unloaded.
    ['comes later', '7 7\n'],
    ['is there', '2 2\n'],
    ['all at once', '1 1 1\n'],
  ])('%s', (name, printed) => {
    const result = results.get(name);
    expect(result).toMatchObject({ outcome: 'exited', exitStatus: 0, problems: [], stdout: printed });
    const status = readStatus(result?.files.get('status')?.toString() ?? '');
    expect(status.state).toBe('done');
    for (const probe of status.probes) {
      expect(probe.hits).toBe(probe.recorded + probe.skipped);
      // No reason but this one: the handlers' own calls.
      expect(probe.skipped).toBe(probe.reasons.recursion ?? 0);
      expect(probe.missed).toBe(0);
    }
  });
});
