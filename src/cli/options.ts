/** The options that all commands over a script share, in SystemTap's spelling. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { NumberLiteral, Source, StringLiteral } from '../1-parse/ast.ts';
import { defineProblem } from '../4-plan/parameters.ts';
import { usageError } from './exit.ts';
import { errorCode } from './files.ts';

/** As commander hands them over. */
export interface ScriptOptions {
  readonly e?: string;
  readonly m?: string;
  readonly r?: string;
  readonly kernel?: string;
  readonly a?: string;
  readonly D: readonly string[];
  readonly G: readonly string[];
  readonly I: readonly string[];
  readonly g?: boolean;
  readonly t?: boolean;
  readonly v?: boolean;
}

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

/** Adds them to a command. */
export function addScriptOptions(command: Command): Command {
  return command
    .argument('[script]', 'script file, - for standard input; none with -e')
    .argument('[args...]', 'arguments of the script: $1 @1 $2 …')
    .option('-e <text>', 'take the script from the command line')
    .option('-m <name>', 'name of the module')
    .option('-r <release>', 'target kernel: a release, a line (6.12), a profile, a build tree or an image')
    .option('--kernel <release>', 'the same as -r')
    .option('-a <arch>', 'architecture of the target kernel: x86_64 or arm64')
    .option('-D <name=value>', 'set a limit or macro of the runtime (MAXSTRINGLEN=512)', collect, [])
    .option('-G <name=value>', 'set the first value of a global', collect, [])
    .option('-I <folder>', 'more tapset folders', collect, [])
    .option('-g', 'guru mode: embedded C and writing to variables')
    .option('-t', 'time every hit: how many of each probe, and what they cost')
    .option('-v', 'say more');
}

/** The script and its arguments out of the positional words. */
export function readScript(
  script: string | undefined,
  args: readonly string[],
  options: ScriptOptions,
): { source: Source; args: readonly string[] } {
  if (options.e !== undefined) {
    return {
      source: { file: '<-e>', text: options.e },
      args: script === undefined ? args : [script, ...args],
    };
  }
  if (script === undefined) {
    throw usageError('no script given', 'name a file, - for standard input, or give the text with -e');
  }
  const file = script === '-' ? '<stdin>' : script;
  try {
    const bytes = readFileSync(script === '-' ? 0 : script);
    return { source: { file, text: bytes.toString('utf8') }, args };
  } catch (error) {
    throw usageError(`cannot read the script ${script}: ${errorCode(error) || String(error)}`);
  }
}

/** A C identifier for the module, from `-m` or the script's file name. */
export function moduleName(options: ScriptOptions, source: Source): string {
  if (options.m !== undefined) {
    if (!/^[A-Za-z0-9_]{1,55}$/.test(options.m)) {
      throw usageError(`-m ${options.m}: a module's name is letters, digits and _, at most 55 of them`);
    }
    return options.m;
  }
  const base = basename(source.file)
    .replace(/\.stp$/, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return `tapc_${base.slice(0, 50) || 'script'}`;
}

/** `NAME=VALUE` pairs; a bare `NAME` stands for 1. */
export function parseDefines(defines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    defines.map((text) => {
      const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(text) ?? [];
      if (name === undefined) throw usageError(`-D ${text}: expected NAME or NAME=VALUE`);
      const problem = value?.includes('\n') ? 'a macro has one line' : defineProblem(name, value ?? '1');
      if (problem !== undefined) throw usageError(`-D ${text}: ${problem}`);
      return [name, value ?? '1'];
    }),
  );
}

/** `-G NAME=VALUE` as literals: a whole number, else a string. */
export function parseOverrides(texts: readonly string[]): ReadonlyMap<string, NumberLiteral | StringLiteral> {
  return new Map(
    texts.map((text) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw usageError(`-G ${text}: expected NAME=VALUE`);
      const span = { file: `<-G ${name}>`, start: 0, end: value.length };
      const number = /^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(value);
      const literal: NumberLiteral | StringLiteral = number
        ? { kind: 'number', span, text: value, value: BigInt.asIntN(64, parseInteger(value)) }
        : { kind: 'string', span, value: Buffer.from(value, 'utf8').toString('latin1') };
      return [name, literal];
    }),
  );
}

function parseInteger(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}
