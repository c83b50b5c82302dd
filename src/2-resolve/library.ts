/**
 * The tapset: which file defines a name. The index is derived from the texts by a scan for definitions; a file is
 * parsed only when a name of it is asked for.
 */
import type {
  AliasItem,
  FunctionItem,
  GlobalItem,
  PointComponent,
  ProbePoint,
  Script,
  Source,
} from '../1-parse/ast.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { once } from '../once.ts';
import { couldMatch } from './glob.ts';

/** One tapset file as the caller found it. */
export interface TapsetFile {
  readonly file: string;
  /** What it defines, where that is known without reading it. */
  readonly names?: DefinedNames;
  read(): string;
  /** Its tree, where it was parsed beforehand. */
  tree?(): Script | undefined;
}

/** Names that one tapset file defines, as its text shows them. */
export interface DefinedNames {
  readonly functions: readonly string[];
  /** Those that other files see. */
  readonly globals: readonly string[];
  /** Dotted names of aliases, arguments left out. */
  readonly aliases: readonly string[];
  readonly macros: readonly string[];
}

/** The definitions in a tapset file's text; cheap, and at worst too generous (a name inside a comment). */
export function scanDefinitions(text: string): DefinedNames {
  const functions = [...text.matchAll(/^\s*(?:private\s+)?function\s+(\w+)/gm)].map((m) => m[1] ?? '');
  const globals = [...text.matchAll(/^\s*global\s+([^;\n]+)/gm)].flatMap((m) =>
    [...(m[1] ?? '').matchAll(/(?:^|,)\s*(\w+)/g)].map((name) => name[1] ?? ''),
  );
  const aliases = [...text.matchAll(/^\s*probe\s+([^={]+?)\s*\+?=[^=]/gm)].flatMap((m) =>
    (m[1] ?? '').split(',').map((name) => name.replace(/\([^)]*\)/g, '').trim()),
  );
  const macros = [...text.matchAll(/@define\s+(\w+)/g)].map((m) => m[1] ?? '');
  return { functions, globals, aliases, macros };
}

/** One of the names of an alias, where it is defined. */
export interface NamedAlias {
  readonly script: Script;
  readonly item: AliasItem;
  readonly name: ProbePoint;
}

/** The names of all aliases of a script, by themselves dotted. */
export function aliasesByName(script: Script): ReadonlyMap<string, NamedAlias[]> {
  const found = new Map<string, NamedAlias[]>();
  for (const item of script.items) {
    if (item.kind !== 'alias') continue;
    for (const name of item.names) {
      const dotted = name.components.map((c) => c.name).join('.');
      const others = found.get(dotted);
      if (others === undefined) found.set(dotted, [{ script, item, name }]);
      else others.push({ script, item, name });
    }
  }
  return found;
}

/** The tapset as phase 2 asks it. */
export class TapsetLibrary {
  readonly #files: readonly TapsetFile[];
  readonly #parse: (source: Source) => Script;
  readonly #parsed = new Map<TapsetFile, Script>();
  readonly #sources = new Map<string, Source>();
  readonly #aliasesOf = new Map<Script, ReadonlyMap<string, NamedAlias[]>>();
  readonly #index = new Map<keyof DefinedNames, ReadonlyMap<string, readonly TapsetFile[]>>();

  /** `parse` is called once for each file in use. */
  constructor(files: readonly TapsetFile[], parse: (source: Source) => Script) {
    this.#files = files;
    this.#parse = parse;
  }

  /** Sources of the files that were parsed, by the name that spans use. */
  get sources(): ReadonlyMap<string, Source> {
    return this.#sources;
  }

  /** Scripts that define a function of this name. */
  functions(name: string): { script: Script; item: FunctionItem }[] {
    return this.#scripts(this.#lookup('functions').get(name)).flatMap((script) =>
      script.items.flatMap((item) =>
        item.kind === 'function' && item.name === name ? [{ script, item }] : [],
      ),
    );
  }

  /** The declaration of a global that is not private to its file. */
  global(name: string): { script: Script; item: GlobalItem } | undefined {
    for (const script of this.#scripts(this.#lookup('globals').get(name))) {
      for (const item of script.items) {
        if (item.kind === 'global' && !item.private && item.variables.some((v) => v.name === name)) {
          return { script, item };
        }
      }
    }
    return undefined;
  }

  /** Aliases that the written components may mean, in full or with a suffix behind; arguments are not compared. */
  aliases(written: readonly PointComponent[]): NamedAlias[] {
    const index = this.#lookup('aliases');
    const dotted = couldMatch(written, { has: (name) => index.has(name), all: () => [...index.keys()] });
    return dotted.flatMap((name) =>
      this.#scripts(index.get(name)).flatMap((script) => this.#aliasesIn(script).get(name) ?? []),
    );
  }

  /** The aliases of a script by dotted name, gathered when it is first asked. */
  #aliasesIn(script: Script): ReadonlyMap<string, NamedAlias[]> {
    const known = this.#aliasesOf.get(script);
    if (known !== undefined) return known;
    const made = aliasesByName(script);
    this.#aliasesOf.set(script, made);
    return made;
  }

  names(kind: keyof DefinedNames): Iterable<string> {
    return this.#lookup(kind).keys();
  }

  suggest(kind: keyof DefinedNames, name: string): string[] {
    return didYouMean(name, this.names(kind));
  }

  #lookup(kind: keyof DefinedNames): ReadonlyMap<string, readonly TapsetFile[]> {
    const known = this.#index.get(kind);
    if (known !== undefined) return known;
    const made = indexFiles(this.#files, kind);
    this.#index.set(kind, made);
    return made;
  }

  #scripts(files: readonly TapsetFile[] | undefined): Script[] {
    return (files ?? []).map((file) => {
      const known = this.#parsed.get(file);
      if (known !== undefined) return known;
      const text = once(() => file.read());
      const source = {
        file: file.file,
        // Read where it is shown or parsed: most stored trees need neither.
        get text() {
          return text();
        },
      };
      this.#sources.set(source.file, source);
      const script = file.tree?.() ?? this.#parse(source);
      this.#parsed.set(file, script);
      return script;
    });
  }
}

function indexFiles(
  files: readonly TapsetFile[],
  kind: keyof DefinedNames,
): ReadonlyMap<string, readonly TapsetFile[]> {
  const index = new Map<string, TapsetFile[]>();
  for (const file of files) {
    const names = file.names ?? scanDefinitions(file.read());
    for (const name of new Set(names[kind])) {
      const definers = index.get(name);
      if (definers === undefined) index.set(name, [file]);
      else definers.push(file);
    }
  }
  return index;
}
