/** `tapc diff`: what becomes of a script on two kernels, and where that differs. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { formatPatch, type StructuredPatch, structuredPatch } from 'diff';
import { type Api, readApi } from '../api/manifest.ts';
import { planModule } from '../pipeline.ts';
import { compareSides, isSame, type Meaning } from './diff/meaning.ts';
import { asKept, type Side, sideOfFile, sideOfResult } from './diff/side.ts';
import { meaningText, patchText } from './diff/text.ts';
import { EXIT, usageError } from './exit.ts';
import { addScriptOptions, type ScriptOptions } from './options.ts';
import { stdout } from './output.ts';
import { prepareRequest } from './request.ts';

interface DiffOptions extends ScriptOptions {
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
  readonly stat?: boolean;
}

export function addDiff(program: Command): void {
  addScriptOptions(program.command('diff'))
    .description('compare the modules of a script for two kernels: what changed in meaning, then the C')
    .requiredOption('--from <kernel>', 'a line (6.1), a release, a profile; or a kept C file')
    .requiredOption('--to <kernel>', 'the other one')
    .option('--json', 'as JSON')
    .option('--stat', 'counts instead of the C')
    .action((script: string | undefined, args: string[], options: DiffOptions) => {
      compare(script, args, options);
    });
}

function compare(script: string | undefined, args: readonly string[], options: DiffOptions): void {
  const { from = '', to = '' } = options;
  const api = readApi();
  const kept = isKept(from) || isKept(to);
  const sideOf = (wanted: string): Side => {
    if (isKept(wanted)) return sideOfFile(wanted, api);
    const side = compiled(script, args, options, wanted, api);
    return kept ? asKept(side) : side;
  };
  if (script !== undefined && isKept(from) && isKept(to)) {
    throw usageError('two kept files are compared without a script');
  }
  const [before, after] = [sideOf(from), sideOf(to)];
  const meaning = compareSides(before, after);
  const patch = patchOf(before, after);
  const counts = countsOf(patch);
  const color = stdout().isTTY === true && process.env.NO_COLOR === undefined;
  const labels = { from: before.label, to: after.label, color };
  const text = formatted(patch);
  if (options.json === true) {
    const json = { from: before.label, to: after.label, ...meaning, lines: counts, diff: text };
    stdout().write(`${JSON.stringify(json, undefined, 2)}\n`);
  } else {
    const parts = [
      meaningText(meaning, labels),
      options.stat === true ? statText(meaning, counts) : patchText(text, color),
    ];
    stdout().write(parts.filter((part) => part !== '').join('\n'));
  }
  if (!isSame(meaning) || counts.added + counts.removed > 0) process.exitCode = EXIT.script;
}

/** A C file that was kept, rather than a kernel. */
function isKept(wanted: string): boolean {
  if (!wanted.endsWith('.c')) return false;
  if (!existsSync(wanted)) throw usageError(`there is no file ${wanted}`);
  return true;
}

function compiled(
  script: string | undefined,
  args: readonly string[],
  options: DiffOptions,
  kernel: string,
  api: Api,
): Side {
  const { request } = prepareRequest(script, args, { ...options, r: kernel });
  return sideOfResult(planModule(request), request.profile, api);
}

function patchOf(from: Side, to: Side): StructuredPatch | undefined {
  if (from.text === undefined || to.text === undefined) return undefined;
  return structuredPatch(from.label, to.label, from.text, to.text, undefined, undefined, { context: 3 });
}

function formatted(patch: StructuredPatch | undefined): string {
  return patch === undefined || patch.hunks.length === 0 ? '' : formatPatch(patch).replace(/^=+\n/, '');
}

interface Counts {
  readonly added: number;
  readonly removed: number;
}

function countsOf(patch: StructuredPatch | undefined): Counts {
  const lines = patch?.hunks.flatMap((hunk) => hunk.lines) ?? [];
  const starting = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return { added: starting('+'), removed: starting('-') };
}

function statText(meaning: Meaning, { added, removed }: Counts): string {
  const { symbols, variants, offsets, points } = meaning;
  const rows: readonly (readonly [string, number, number])[] = [
    ['symbols', symbols.come.length, symbols.gone.length],
    ['variants', variants.come.length, variants.gone.length],
    ['offsets', offsets.length, offsets.length],
    ['probe points', points.found.length, points.lost.length],
    ['lines of C', added, removed],
  ];
  return rows.map(([what, plus, minus]) => `${what.padEnd(12)}  +${plus} -${minus}\n`).join('');
}
