/** What the tapset defines, and scripts that use it. */
import type { AliasItem, Block, FunctionItem, Script, TypeName } from '../../src/1-parse/ast.ts';
import { parse } from '../../src/1-parse/index.ts';
import { pointText } from '../../src/2-resolve/point-text.ts';
import { standardTapset } from '../../src/cli/tapset.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { KernelProfile } from '../../src/kernel/profile.ts';
import { once } from '../../src/once.ts';
import { preprocessorFacts } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';

export interface TapsetFunction {
  /** Folder of `tapsets/`. */
  readonly area: string;
  readonly file: string;
  readonly item: FunctionItem;
}

/** An alias with the variables that its body sets. */
export interface TapsetAlias {
  readonly area: string;
  readonly file: string;
  /** As a script writes it. */
  readonly name: string;
  readonly item: AliasItem;
  readonly variables: readonly string[];
}

/** Every file of the tapset, parsed, in the order of their names. */
const tapsetScripts = once(
  (): { readonly area: string; readonly file: string; readonly script: Script }[] => {
    const conditions = preprocessorFacts(moduleRequest('').profile, true);
    return standardTapset()
      .filter((f) => f.file.endsWith('.stp'))
      .map((f) => {
        const source = { file: f.file, text: f.read() };
        const options = { args: [], conditions, macros: new Map(), guru: true };
        const script = parse(source, options, new Diagnostics());
        return { area: f.file.split('/').at(-2) ?? '', file: f.file, script };
      });
  },
);

/** All public functions, in the order of their files. */
export function tapsetFunctions(): TapsetFunction[] {
  return allFunctions().filter(({ item }) => !item.private);
}

/** All functions, those for the tapset alone too. */
export function allFunctions(): TapsetFunction[] {
  return tapsetScripts().flatMap(({ area, file, script }) =>
    script.items.flatMap((item) => (item.kind === 'function' ? [{ area, file, item }] : [])),
  );
}

/** The globals that functions of each file may mean and that may change: its own private ones, and the public ones of all. */
export function changingGlobals(): Map<string, ReadonlySet<string>> {
  const scripts = tapsetScripts();
  const globals = scripts.flatMap(({ file, script }) =>
    script.items.flatMap((item) =>
      item.kind === 'global' ? item.variables.map((variable) => ({ file, item, variable })) : [],
    ),
  );
  const changing = globals.filter(({ variable }) => variable.init?.kind !== 'number');
  return new Map(
    scripts.map(({ file }) => [
      file,
      new Set(changing.flatMap((g) => (g.item.private && g.file !== file ? [] : [g.variable.name]))),
    ]),
  );
}

/** Those that can be called: not the ones that are there to say why they cannot. */
export function callableFunctions(): TapsetFunction[] {
  return tapsetFunctions().filter(
    ({ item }) => item.body.kind !== 'embedded-c' || !item.body.code.includes('/* refused:'),
  );
}

/** All public aliases, in the order of their files. */
export function tapsetAliases(): TapsetAlias[] {
  return tapsetScripts().flatMap(({ area, file, script }) =>
    script.items.flatMap((item) => {
      if (item.kind !== 'alias') return [];
      const variables = assigned(item.body);
      const names = item.names.map(pointText).filter((name) => !name.startsWith('_'));
      return names.map((name) => ({ area, file, name, item, variables }));
    }),
  );
}

function assigned(body: Block): string[] {
  return body.statements.flatMap((statement) =>
    statement.kind === 'expr-statement' &&
    statement.expr.kind === 'assign' &&
    statement.expr.target.kind === 'identifier'
      ? [statement.expr.target.name]
      : [],
  );
}

/** A script in which each alias is used, with all its variables. System calls that a kernel has not got yet may be missing. */
export function aliasScript(aliases: readonly TapsetAlias[]): string {
  return aliases
    .map(
      ({ area, name, variables }) =>
        `probe ${name}${area === 'syscalls' ? ' ?' : ''} { ${variables.map((v) => `println(${v})`).join(' ')} }\n`,
    )
    .join('');
}

/** A script that calls each of them where registers and a task are at hand. */
export function scriptOf(functions: readonly TapsetFunction[]): string {
  return `probe kernel.function("vfs_read") {\n${functions.map(({ item }) => `  ${callOf(item)}\n`).join('')}}\n`;
}

function callOf(item: FunctionItem): string {
  const call = `${item.name}(${item.params.map((p) => argument(p.type)).join(', ')})`;
  return item.type === undefined ? call : `println(${call})`;
}

function argument(type: TypeName | undefined): string {
  return type === 'string' ? '"abc"' : '1';
}

/** Whether the alias is there on that kernel: some read types of modules, which are in their own files, from 5.11 on. */
export function isThere(alias: string, profile: KernelProfile): boolean {
  return !/^(?:scsi|nfs|nfsd|sunrpc)\./.test(alias) || profile.modules().length > 0;
}
