/** `tapc api`: what generated modules ask of the kernel. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { importOf, type KernelUse } from '../4-plan/link/manifest.ts';
import type { ModulePlan } from '../4-plan/plan.ts';
import { withoutLiterals } from '../4-plan/tree.ts';
import { compareApi } from '../api/compare.ts';
import { type KernelApi, kernelApi } from '../api/kernel.ts';
import { type Api, type ApiSymbol, COMPILER, readApi, symbolsOf } from '../api/manifest.ts';
import { changesText, countText, itemsText, symbolsText, variantsText } from '../api/text.ts';
import { packageVersion } from '../assets.ts';
import { bundledNames } from '../kernel/bundled.ts';
import { inFile } from '../kernel/file.ts';
import { mostAlike, withExports } from '../kernel/overlay.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { selectProfile } from '../kernel/select.ts';
import { readSymvers } from '../kernel/symvers.ts';
import { planOrThrow } from './compile.ts';
import { CliError, EXIT, usageError } from './exit.ts';
import { stdout } from './output.ts';
import { prepareRequest } from './request.ts';
import { costsOf, type PartCost } from './selftest/costs.ts';

interface ApiOptions {
  readonly kernel?: string;
  readonly check?: string;
  readonly from?: string;
  readonly to?: string;
  readonly script?: string;
  readonly json?: boolean;
}

export function addApi(program: Command): void {
  program
    .command('api')
    .description('list the kernel symbols and header items that generated modules may use')
    .option('--kernel <kernel>', 'what this kernel gets: a line, a release, a profile (as -r)')
    .option('--check <file>', 'what a Module.symvers lacks, and which probes that costs; exit 1 if any')
    .option(
      '--from <kernel>',
      'with --to: what changes between two kernels, each with the fact that decides it',
    )
    .option('--to <kernel>', 'the other kernel')
    .option('--script <script>', 'what the module of this script uses')
    .option('--json', 'as JSON: an object with `symbols`')
    .action((options: ApiOptions) => {
      const { text, json, exit } = answer(options);
      stdout().write(options.json === true ? `${JSON.stringify(json, undefined, 2)}\n` : text);
      if (exit !== undefined) throw exit;
    });
}

interface Answer {
  readonly text: string;
  readonly json: { readonly symbols: readonly unknown[]; readonly [field: string]: unknown };
  readonly exit?: CliError;
}

function answer(options: ApiOptions): Answer {
  const { kernel, check, from, to, script } = options;
  const kinds = [check, from ?? to, script].filter((option) => option !== undefined);
  if (kinds.length > 1) throw usageError('--check, --script, and --from with --to exclude each other');
  if ((from === undefined) !== (to === undefined)) throw usageError('--from and --to go together');
  if (from !== undefined && kernel !== undefined)
    throw usageError('--kernel does not go with --from and --to');
  const api = readApi();
  if (check !== undefined) return checkFile(api, check, kernel);
  if (script !== undefined) return ofScript(api, script, kernel);
  if (from !== undefined && to !== undefined) return changes(api, from, to);
  return kernel === undefined ? whole(api) : ofKernel(api, selectProfile(kernel).profile);
}

function knownKernels(): readonly KernelProfile[] {
  return bundledNames().map((name) => selectProfile(name).profile);
}

function whole(api: Api): Answer {
  const profiles = knownKernels();
  const symbols = symbolsOf(api.runtime.uses, profiles);
  const lines = profiles.map(({ name }) => name);
  const counts = profiles.map((p) => `${p.name}: ${ofOwn(kernelApi(api, p))}`).join(', ');
  return {
    text: `${symbolsText(api, symbols)}\n${itemsText(api)}\n${countText(symbols)}, ${api.items.length} items of headers; kernels known: ${lines.join(' ')}\nsymbols on one kernel, the compiler's not counted: ${counts}\n`,
    json: {
      tapc: packageVersion(),
      kernels: lines,
      ...symbolsJson(symbols),
      items: api.items,
      facilities: api.runtime.facilities,
    },
  };
}

/** How many symbols generated code itself has to do with there. */
function ofOwn({ uses, symbols }: KernelApi): number {
  const named = new Set(uses.filter((u) => u.facility !== COMPILER).flatMap((u) => u.imports));
  return [...symbols].filter((symbol) => named.has(symbol)).length;
}

function ofKernel(api: Api, profile: KernelProfile): Answer {
  const { uses, symbols: names, variants, lacking } = kernelApi(api, profile);
  const symbols = symbolsOf(uses, knownKernels(), (symbol) => names.has(symbol));
  const lacks = lacking.map((use) => `  ${use.imports.join(' or ')}: ${use.for} (${use.facility})\n`);
  return {
    text: `${symbolsText(api, symbols)}\n${variantsText(variants)}${lacks.length === 0 ? '' : `\nlacking:\n${lacks.join('')}`}\n${countText(symbols)} on ${profile.release} (${profile.arch})\n`,
    json: { ...kernelJson(profile), ...symbolsJson(symbols), variants, lacking: lacking.map(useJson) },
  };
}

function kernelJson({ release, arch }: KernelProfile): { readonly kernel: object } {
  return { kernel: { release, arch } };
}

/** What generated code names, and apart from it what no line of it does. */
function symbolsJson(symbols: readonly ApiSymbol[]): {
  readonly symbols: readonly ApiSymbol[];
  readonly compiler: readonly ApiSymbol[];
} {
  return {
    symbols: symbols.filter((symbol) => !symbol.byCompiler),
    compiler: symbols.filter((symbol) => symbol.byCompiler),
  };
}

function useJson(use: KernelUse): object {
  return { facility: use.facility, name: use.name, symbols: use.imports, for: use.for };
}

function ofScript(api: Api, script: string, kernel: string | undefined): Answer {
  const prepared = prepareRequest(script, [], {
    D: [],
    G: [],
    I: [],
    g: true,
    ...(kernel === undefined ? {} : { r: kernel }),
  });
  const plan = planOrThrow(prepared);
  const { profile } = prepared.request;
  const used = new Set(plan.imports);
  const symbols = symbolsOf(usesIn(plan, kernelApi(api, profile).uses), knownKernels(), (symbol) =>
    used.has(symbol),
  );
  return {
    text: `${symbolsText(api, symbols)}\n${countText(symbols)} in ${plan.script} for ${profile.release} (${profile.arch}), and what the compiler calls\n`,
    json: { ...kernelJson(profile), script: plan.script, symbols, headers: plan.headers },
  };
}

/** The uses that the module's own C has; where a template alone names a symbol, those of its facilities. */
function usesIn(plan: ModulePlan, all: readonly KernelUse[]): readonly KernelUse[] {
  const words = new Map<string, Set<string>>();
  for (const { facility, code } of plan.runtime) {
    const known = words.get(facility) ?? new Set();
    for (const word of withoutLiterals(code).match(/[A-Za-z_]\w*/g) ?? []) known.add(word);
    words.set(facility, known);
  }
  const uses = all.filter((use) => use.facility !== COMPILER);
  const named = uses.filter((use) => words.get(use.facility)?.has(use.name) === true);
  const told = new Set(named.flatMap((use) => use.imports));
  const others = uses.filter(
    (use) => words.has(use.facility) && !use.imports.some((symbol) => told.has(symbol)),
  );
  return [...named, ...others];
}

function changes(api: Api, from: string, to: string): Answer {
  const [before, after] = [selectProfile(from).profile, selectProfile(to).profile];
  const found = compareApi(api, before, after);
  const names = new Set(found.symbols.flatMap((s) => [s.from, s.to]));
  const symbols = symbolsOf(api.runtime.uses, knownKernels(), (symbol) => names.has(symbol));
  return {
    text: changesText(found, before.release, after.release),
    json: {
      from: kernelJson(before).kernel,
      to: kernelJson(after).kernel,
      symbols,
      changes: found.symbols,
      variants: found.variants,
    },
  };
}

function checkFile(api: Api, file: string, kernel: string | undefined): Answer {
  const exported = readExports(file);
  const base = kernel === undefined ? mostAlike(knownKernels(), exported) : selectProfile(kernel).profile;
  if (base === undefined) throw new Error('tapc has no kernel profile');
  const profile = withExports(base, exported);
  const { lacking, symbols: names, uses } = kernelApi(api, profile);
  const symbols = symbolsOf(uses, knownKernels(), (symbol) => names.has(symbol));
  const costs = lacking.length === 0 ? [] : costsOf(profile);
  const missing = lacking.map(
    (use) => `  ${use.imports.join(' or ')}: ${use.for} (${use.facility}: ${use.name})\n`,
  );
  // Such as a kernel that is configured otherwise has no use for: nobody can tell from a list of exports.
  const doubtful = kernelApi(api, base).uses.filter(
    (use) =>
      use.optional &&
      uses.includes(use) &&
      importOf(use, base) !== undefined &&
      importOf(use, profile) === undefined,
  );
  const doubts = [...new Set(doubtful.map((use) => use.imports.join(' or ')))];
  const told = [
    `${file}: ${exported.length} symbols of the kernel; in all that it does not tell taken to be like ${base.release}\n`,
    ...doubts.map(
      (name) =>
        `${name} is not there: fine only if this kernel is configured to do without, unlike ${base.release}\n`,
    ),
  ].join('');
  return {
    text:
      lacking.length === 0
        ? `${told}all that tapc needs is there\n`
        : `${told}\nmissing:\n${missing.join('')}\nwhat that costs:\n${costs.map(costText).join('')}`,
    json: {
      file,
      like: kernelJson(base).kernel,
      ...symbolsJson(symbols),
      missing: lacking.map(useJson),
      doubtful: doubtful.map(useJson),
      costs,
    },
    ...(lacking.length === 0
      ? {}
      : {
          exit: new CliError(
            EXIT.script,
            `${file} lacks what tapc needs: ${lacking.length} ${lacking.length === 1 ? 'use' : 'uses'}`,
          ),
        }),
  };
}

function costText({ part, title, why }: PartCost): string {
  return `  ${title} (${part})\n${why.map((line) => `    ${line}\n`).join('')}`;
}

function readExports(file: string): ReturnType<typeof readSymvers> {
  return inFile(file, () => readSymvers(readFileSync(file, 'latin1')));
}
