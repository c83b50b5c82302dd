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
  /** Whether it defines a name, where that can be told without `names`. */
  defines?(kind: keyof DefinedNames, name: string): boolean;
  read(): string;
  /** It is the user's: it may be written in any way, and may be wrong. */
  readonly foreign?: boolean;
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

/** The definitions of a parsed tapset file that others see. */
export function definitionsOf({ items }: Script): DefinedNames {
  return {
    functions: items.flatMap((item) => (item.kind === 'function' && !item.private ? [item.name] : [])),
    globals: items.flatMap((item) =>
      item.kind === 'global' && !item.private ? item.variables.map((v) => v.name) : [],
    ),
    aliases: items.flatMap((item) => (item.kind === 'alias' ? item.names.map(dottedName) : [])),
    macros: [],
  };
}

function dottedName(name: ProbePoint): string {
  return name.components.map((c) => c.name).join('.');
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
      const dotted = dottedName(name);
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
  readonly #names = new Map<TapsetFile, DefinedNames>();
  readonly #all = new Map<keyof DefinedNames, ReadonlySet<string>>();
  readonly #definers: Readonly<Record<keyof DefinedNames, Map<string, readonly TapsetFile[]>>> = {
    functions: new Map(),
    globals: new Map(),
    aliases: new Map(),
    macros: new Map(),
  };

  /** `parse` is called once for each file in use. */
  constructor(files: readonly TapsetFile[], parse: (source: Source) => Script) {
    this.#files = files;
    this.#parse = parse;
  }

  /** Sources of the files that were parsed, by the name that spans use. */
  get sources(): ReadonlyMap<string, Source> {
    return this.#sources;
  }

  /** Whether a parsed file is the user's. */
  isForeign(script: Script): boolean {
    for (const [file, parsed] of this.#parsed) if (parsed === script) return file.foreign === true;
    return false;
  }

  /** Scripts that define a function of this name. */
  functions(name: string): { script: Script; item: FunctionItem }[] {
    return this.#scripts(this.#definersOf('functions', name)).flatMap((script) =>
      script.items.flatMap((item) =>
        item.kind === 'function' && item.name === name ? [{ script, item }] : [],
      ),
    );
  }

  /** The declaration of a global that is not private to its file. */
  global(name: string): { script: Script; item: GlobalItem } | undefined {
    for (const script of this.#scripts(this.#definersOf('globals', name))) {
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
    const dotted = couldMatch(written, {
      has: (name) => this.#definersOf('aliases', name).length > 0,
      all: () => [...this.names('aliases')],
    });
    return dotted.flatMap((name) =>
      this.#scripts(this.#definersOf('aliases', name)).flatMap(
        (script) => this.#aliasesIn(script).get(name) ?? [],
      ),
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

  /** All of a kind, each once, in the order of the files. */
  names(kind: keyof DefinedNames): Iterable<string> {
    const known = this.#all.get(kind);
    if (known !== undefined) return known;
    const all = new Set(this.#files.flatMap((file) => this.#namesOf(file)[kind]));
    this.#all.set(kind, all);
    return all;
  }

  suggest(kind: keyof DefinedNames, name: string): string[] {
    return didYouMean(name, this.names(kind));
  }

  /** Each file is asked: that takes less than an index of all names, of which a script uses few. */
  #definersOf(kind: keyof DefinedNames, name: string): readonly TapsetFile[] {
    const known = this.#definers[kind].get(name);
    if (known !== undefined) return known;
    const found = this.#files.filter(
      (file) => file.defines?.(kind, name) ?? this.#namesOf(file)[kind].includes(name),
    );
    this.#definers[kind].set(name, found);
    return found;
  }

  #namesOf(file: TapsetFile): DefinedNames {
    const known = this.#names.get(file);
    if (known !== undefined) return known;
    const names = file.names ?? scanDefinitions(file.read());
    this.#names.set(file, names);
    return names;
  }

  #scripts(files: readonly TapsetFile[]): Script[] {
    return files.map((file) => {
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
