/** What the tapset defines, and scripts that use it. */
import type { FunctionItem, TypeName } from '../../src/1-parse/ast.ts';
import { parse } from '../../src/1-parse/index.ts';
import { standardTapset } from '../../src/cli/tapset.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { preprocessorFacts } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';

export interface TapsetFunction {
  /** Folder of `tapsets/`. */
  readonly area: string;
  readonly file: string;
  readonly item: FunctionItem;
}

/** All public functions, in the order of their files. */
export function tapsetFunctions(): TapsetFunction[] {
  const conditions = preprocessorFacts(moduleRequest('').profile, true);
  return standardTapset()
    .filter((f) => f.file.endsWith('.stp'))
    .flatMap((f) => {
      const source = { file: f.file, text: f.read() };
      const script = parse(
        source,
        { args: [], conditions, macros: new Map(), guru: true },
        new Diagnostics(),
      );
      const area = f.file.split('/').at(-2) ?? '';
      return script.items.flatMap((item) =>
        item.kind === 'function' && !item.private ? [{ area, file: f.file, item }] : [],
      );
    });
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
