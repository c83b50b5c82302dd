/** `tapc selftest`: a module for kernel developers that uses and runs all that tapc's modules use of a kernel. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { ModulePlan } from '../4-plan/plan.ts';
import { emit } from '../5-emit/index.ts';
import { makeFolder } from '../kernel/file.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { CliError, EXIT, environmentError } from './exit.ts';
import { errorCode, writeWhole } from './files.ts';
import { say } from './report.ts';
import { chooseProfile } from './request.ts';
import { type Part, planPart, readParts, selftestFolder } from './selftest/parts.ts';

interface SelftestOptions {
  readonly o: string;
  readonly r?: string;
  readonly kernel?: string;
}

export function addSelftest(program: Command): void {
  program
    .command('selftest')
    .description('write a module that tests what generated modules use of a kernel, for any kernel tree')
    .requiredOption('-o <folder>', 'where to; README.md in it says how to go on')
    .option('-r <release>', 'the kernel that it is for (as in compile)')
    .option('--kernel <release>', 'the same as -r')
    .action((options: SelftestOptions) => {
      const { profile, announcement } = chooseProfile(options);
      say(announcement);
      for (const [name, text] of selftestFiles(profile)) writeInto(options.o, name, text);
    });
}

/** Copied as they are. */
const PLAIN = ['main.c', 'selftest.h', 'part.h', 'check.sh'] as const;

interface PlannedPart {
  readonly part: Part;
  readonly plan: ModulePlan;
}

/** Name and text of every file of the module. Throws where a part does not compile for this kernel, naming it. */
export function selftestFiles(profile: KernelProfile): ReadonlyMap<string, string> {
  const parts = plannedParts(profile);
  const folder = selftestFolder();
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const objects = parts.map(({ part }) => `tapc_selftest-y += part_${part.name}.o\n`).join('');
  return new Map([
    ...PLAIN.map((name) => [name, read(name)] as const),
    ['Kbuild', `${read('Kbuild')}${objects}`],
    ['Kconfig', read('Kconfig').replace('@FPROBE@', takesFprobe(parts) ? ' && FPROBE' : '')],
    ['README.md', readme(read('MODULE.md'), parts, profile)],
    ['parts.h', partsHeader(parts)],
    ['symbols.txt', symbolTable(parts)],
    ...parts.flatMap(({ part, plan }) => partFiles(part, plan)),
  ]);
}

function takesFprobe(parts: readonly PlannedPart[]): boolean {
  return parts.some(({ plan }) => plan.imports.includes('register_fprobe_ips'));
}

function plannedParts(profile: KernelProfile): readonly PlannedPart[] {
  const results = readParts().map((part) => ({ part, ...planPart(part, profile) }));
  const failed = results.flatMap(({ part, plan, diagnostics }) => {
    if (plan !== undefined) return [];
    return diagnostics.filter((d) => d.severity === 'error').map((d) => `${part.name}: ${d.message}`);
  });
  if (failed.length > 0) {
    throw new CliError(
      EXIT.script,
      `no selftest for ${profile.release}: it lacks what facilities need`,
      failed,
    );
  }
  return results.flatMap(({ part, plan }) => (plan === undefined ? [] : [{ part, plan }]));
}

function partFiles(part: Part, plan: ModulePlan): readonly (readonly [string, string])[] {
  const c = emit(plan).find((file) => file.path.endsWith('.c'));
  if (c === undefined) throw new Error('phase 5 wrote no C file');
  const wrapper = [
    '// SPDX-License-Identifier: GPL-2.0-only',
    `#define PART ${part.name}`,
    '#include "part.h"',
    `#include "${part.name}.c"`,
  ];
  return [
    [`${part.name}.stp`, part.text],
    [`${part.name}.c`, c.text],
    [`part_${part.name}.c`, `${wrapper.join('\n')}\n`],
  ];
}

function partsHeader(parts: readonly PlannedPart[]): string {
  const rows = parts.map(({ part }) => `\tX(${part.name})`);
  return `/* SPDX-License-Identifier: GPL-2.0-only */\n#define SELFTEST_PARTS(X) \\\n${rows.join(' \\\n')}\n`;
}

/** `symbol part,part`, a line each. */
function symbolTable(parts: readonly PlannedPart[]): string {
  const takers = new Map<string, string[]>();
  for (const { part, plan } of parts) {
    for (const symbol of plan.imports) takers.set(symbol, [...(takers.get(symbol) ?? []), part.name]);
  }
  const every = parts.length;
  const rows = [...takers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, names]) => `${symbol} ${names.length === every ? 'every-part' : names.join(',')}\n`);
  return `# symbol, and the parts that take it\n${rows.join('')}`;
}

function readme(template: string, parts: readonly PlannedPart[], { release, arch }: KernelProfile): string {
  const takers = (symbol: string): number => parts.filter((p) => p.plan.imports.includes(symbol)).length;
  const every = [...new Set(parts.flatMap(({ plan }) => plan.imports))].sort();
  const common = every.filter((symbol) => takers(symbol) === parts.length);
  const usual = every.filter((symbol) => takers(symbol) * 2 > parts.length && !common.includes(symbol));
  const rows = parts.map(({ part, plan }) => {
    const own = plan.imports.filter((symbol) => !common.includes(symbol) && !usual.includes(symbol));
    return `| \`${part.name}\` | ${part.title} | ${own.join(' ')} |`;
  });
  rows.push(`| every part | memory, files in debugfs, records | ${common.join(' ')} |`);
  rows.push(`| most parts | hits on every CPU; \`symbols.txt\` says which | ${usual.join(' ')} |`);
  return template
    .replaceAll('@RELEASE@', release)
    .replaceAll('@ARCH@', arch)
    .replaceAll('@COUNT@', `${parts.length}`)
    .replaceAll('@PARTS@', rows.join('\n'));
}

function writeInto(folder: string, name: string, text: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw environmentError(`cannot make the folder ${folder}: ${errorCode(error) || String(error)}`);
  }
  writeWhole(join(folder, name), text);
}
