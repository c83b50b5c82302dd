/**
 * `npm run oracle -- [AREA/NAME…]`: what SystemTap itself prints for our samples, in the same guest, beside what they
 * expect. It cannot do those that need debuginfo, and it need not always be right: read the differences.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { guestPrograms } from '../build.ts';
import { fetchKernel } from '../fetch/fetch.ts';
import { difference } from '../sample/expect.ts';
import { findSamples, type Sample } from '../sample/find.ts';
import { runInVm, type VmJob } from '../vm.ts';
import { openStap, type Stap } from './stap.ts';
import { STAPRUN, staprunJob } from './staprun.ts';

const LINE = '6.1';

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const samples = (await findSamples()).filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
  );
  const scratch = await mkdtemp(path.join(tmpdir(), 'tapc-oracle-'));
  try {
    await compareAll(samples, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function compareAll(samples: readonly Sample[], scratch: string): Promise<void> {
  const kernel = await fetchKernel(LINE);
  const stap = await openStap(kernel, scratch, []);
  const jobs: VmJob[] = [await staprunJob()];
  const built: Sample[] = [];
  for (const sample of samples) {
    const ko = await buildSample(stap, sample, scratch);
    if (ko === undefined) console.log(`${sample.name}: SystemTap does not build it`);
    else {
      jobs.push(oracleJob(sample, ko));
      built.push(sample);
    }
  }
  const results = (await runInVm(kernel, jobs, { programs: await guestPrograms(kernel.machine) })).slice(1);
  for (const [i, sample] of built.entries()) {
    const result = results[i];
    if (result === undefined) throw new Error(`no result of ${sample.name}`);
    const found =
      sample.expected === undefined
        ? result.stdout
        : difference(sample.expected, result.stdout, { anyOrder: sample.options.anyOrder });
    console.log(
      `${sample.name}: ${found === undefined ? 'agrees' : `\n${found}`}\n${result.stderr}`.trimEnd(),
    );
  }
}

async function buildSample(stap: Stap, sample: Sample, scratch: string): Promise<string | undefined> {
  const { flags, args } = sample.options;
  const { accepted } = await stap(['-p4', '-m', sample.module, ...flags, sample.script, ...args]);
  return accepted ? path.join(scratch, `${sample.module}.ko`) : undefined;
}

function oracleJob(sample: Sample, ko: string): VmJob {
  const { module, workload, options, name } = sample;
  const files = { [`${module}.ko`]: { path: ko } };
  if (workload === undefined) {
    return { name, files, timeout: options.timeout, script: `${STAPRUN} ./${module}.ko\n` };
  }
  const script = `
    BIND=$OUT/bind
    export BIND
    ${STAPRUN} ./${module}.ko >$OUT/output 2>$OUT/errors &
    staprun=$!
    while [ ! -e /proc/systemtap/${module} ]; do sleep 0.1; done
    sleep 1
    sh ./workload.sh >/dev/null
    kill -INT $staprun
    wait $staprun
    cat $OUT/output
    cat $OUT/errors >&2`;
  return {
    name,
    timeout: options.timeout,
    script,
    files: { ...files, 'workload.sh': Buffer.from(workload) },
  };
}

await main();
