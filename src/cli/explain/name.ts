/** What the tapset says of a function or an alias. */
import type { AliasItem, FunctionItem, Script } from '../../1-parse/ast.ts';
import { parse } from '../../1-parse/index.ts';
import { scanDefinitions, type TapsetFile } from '../../2-resolve/library.ts';
import { pointText } from '../../2-resolve/point-text.ts';
import { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { selectProfile } from '../../kernel/select.ts';
import { preprocessorFacts } from '../../pipeline.ts';
import { standardTapset } from '../tapset.ts';

/** Text about a name of the tapset, an entry a definition; undefined where it defines none of that name. */
export function explainName(name: string): string | undefined {
  const files = standardTapset().filter((file) => {
    const { functions, aliases } = file.names ?? scanDefinitions(file.read());
    return functions.includes(name) || aliases.includes(name);
  });
  const entries = files.flatMap((file) => definitions(file, name));
  return entries.length === 0 ? undefined : entries.join('\n');
}

/** What the tapset says of each of the aliases, in one line, by name. */
export function aliasDocs(names: readonly string[]): ReadonlyMap<string, string> {
  const wanted = new Set(names);
  const docs = new Map<string, string>();
  for (const file of standardTapset()) {
    const { aliases } = file.names ?? scanDefinitions(file.read());
    if (!aliases.some((alias) => wanted.has(alias))) continue;
    for (const item of parsed(file).items) {
      if (item.kind !== 'alias') continue;
      for (const name of item.names.map(pointText)) docs.set(name, (item.doc ?? '').replaceAll('\n', ' '));
    }
  }
  return docs;
}

function parsed(file: TapsetFile): Script {
  const conditions = preprocessorFacts(selectProfile(undefined).profile, true);
  const source = { file: file.file, text: file.read() };
  return file.tree?.() ?? parse(source, { args: [], conditions, guru: true }, new Diagnostics());
}

function definitions(file: TapsetFile, name: string): string[] {
  return parsed(file).items.flatMap((item) => {
    if (item.kind === 'function' && item.name === name && !item.private) {
      return [entry(functionHead(item), item.doc, file.file)];
    }
    if (item.kind === 'alias' && item.names.some((n) => pointText(n) === name)) {
      return [entry(aliasHead(item), item.doc, file.file)];
    }
    return [];
  });
}

function entry(head: string, doc: string | undefined, file: string): string {
  return `${head}\n\n${doc ?? ''}\n\n(${file})\n`;
}

/** `function substr:string(str:string, start:long, length:long)` */
function functionHead({ name, type, params }: FunctionItem): string {
  const list = params.map((p) => (p.type === undefined ? p.name : `${p.name}:${p.type}`)).join(', ');
  return `function ${name}${type === undefined ? '' : `:${type}`}(${list})`;
}

/** `probe vfs.read = kernel.function("vfs_read")` */
function aliasHead({ names, points }: AliasItem): string {
  return `probe ${names.map(pointText).join(', ')} = ${points.map(pointText).join(', ')}`;
}
