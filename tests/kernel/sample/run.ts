/** Takes all samples through one kernel: compile, one make, one boot, judge. */

import { holds } from '../../../src/4-plan/link/manifest.ts';
import { kernelApi } from '../../../src/api/kernel.ts';
import { readApi } from '../../../src/api/manifest.ts';
import type { KernelProfile } from '../../../src/kernel/profile.ts';
import { selectProfile } from '../../../src/kernel/select.ts';
import { buildModules, guestPrograms } from '../build.ts';
import type { FetchedKernel } from '../fetch/fetch.ts';
import { runInVm, type VmOptions } from '../vm.ts';
import { type Compiled, compileSample } from './compile.ts';
import type { Sample } from './find.ts';
import { sampleJob } from './guest.ts';
import { importsOf, outside } from './imports.ts';
import { judge } from './judge.ts';
import { kernelModules } from './kernel-modules.ts';

const COMPILERS = 2;

export interface SamplesRun {
  /** What is wrong with each sample, by name; an empty list is a pass. */
  readonly verdicts: ReadonlyMap<string, readonly string[]>;
  /** Kernel symbols that any of their modules imports. */
  readonly imports: ReadonlySet<string>;
}

export async function runSamples(
  kernel: FetchedKernel,
  samples: readonly Sample[],
  options: VmOptions = {},
): Promise<SamplesRun> {
  const verdicts = new Map<string, readonly string[]>();
  const imports = new Set<string>();
  const api = readApi();
  const { profile } = selectProfile(kernel.line);
  const variants = new Set(
    kernelApi(api, profile).variants.map(({ facility, file }) => `${facility}/${file}`),
  );
  const compiled = await inParallel(
    samples.map((sample) => onKernel(sample, profile)),
    COMPILERS,
    async ({ sample, code }) => ({
      sample,
      ...refusal(await compileSample(sample, kernel), code),
    }),
  );
  const sources = compiled.flatMap(({ source }) => (source === undefined ? [] : [source]));
  const built = new Map((await buildModules(kernel, sources)).map((module) => [module.name, module]));
  const ready: { sample: Sample; ko: string }[] = [];
  for (const { sample, error, refused } of compiled) {
    const module = built.get(sample.module);
    if (refused) verdicts.set(sample.name, []);
    else if (error !== undefined) verdicts.set(sample.name, [error]);
    else if (module?.ko === undefined || module.messages.length > 0) {
      verdicts.set(sample.name, ['the build was not silent:', ...(module?.messages ?? [])]);
    }
    if (module?.ko !== undefined) {
      const imported = await importsOf(module.ko, kernel.machine);
      const strange = outside(api, profile, imported).filter((s) => !sample.options.imports.includes(s));
      for (const symbol of imported) imports.add(symbol);
      if (strange.length > 0) {
        const told = `imports what no manifest of runtime/ names for this kernel: ${strange.join(' ')}`;
        verdicts.set(sample.name, [...(verdicts.get(sample.name) ?? []), told]);
      }
    }
    // What only warns is run all the same: two things may be wrong with it.
    if (module?.ko !== undefined) ready.push({ sample, ko: module.ko });
  }
  for (const oneAtATime of [false, true]) {
    const together = ready.filter(({ sample }) => sample.options.oneAtATime === oneAtATime);
    if (together.length === 0) continue;
    const jobs = together.map(({ sample, ko }) =>
      sampleJob(sample, ko, kernelModules(kernel, sample.options.modules)),
    );
    const results = await runInVm(kernel, jobs, {
      programs: await guestPrograms(kernel.machine),
      oneAtATime,
      ...options,
    });
    for (const [index, { sample }] of together.entries()) {
      const result = results[index];
      if (result === undefined) throw new Error(`no result of ${sample.name}`);
      const expected = sample.expectedOn.get(kernel.machine.arch) ?? sample.expected;
      const wrong = await judge({ ...sample, expected }, result, variants);
      verdicts.set(sample.name, [...(verdicts.get(sample.name) ?? []), ...wrong]);
    }
  }
  return { verdicts, imports };
}

/** What a sample must do on this kernel: with `code`, be refused by tapc with such a diagnostic. */
function onKernel(
  sample: Sample,
  profile: KernelProfile,
): { readonly sample: Sample; readonly code?: string } {
  const { needs, otherwise: code } = sample.options;
  if (needs === undefined || code === undefined || holds(needs, profile, new Set())) return { sample };
  if (code !== 'insmod') return { sample, code };
  const refused = { ...sample.options, refused: true };
  return {
    sample: { ...sample, options: refused, expected: undefined, expectedOn: new Map(), check: undefined },
  };
}

/** The same, where it is refused as it must be; an error, where it is not. */
function refusal(compiled: Compiled, code: string | undefined): Compiled & { readonly refused: boolean } {
  if (code === undefined) return { ...compiled, refused: false };
  if (compiled.error === undefined) return { error: `tapc takes it, without ${code}`, refused: false };
  return { ...compiled, refused: compiled.error.includes(`error[${code}]`) };
}

async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
