/**
 * The tapset: which file defines a name. The index is derived from the texts by a scan for definitions; a file is
 * parsed only when a name of it is asked for.
 */
import type { AliasItem, FunctionItem, GlobalItem, Script, Source } from '../1-parse/ast.ts';
import { didYouMean } from '../diagnostics/suggest.ts';

/** One tapset file as the caller found it. */
export interface TapsetFile {
  readonly file: string;
  /** What it defines, where that is known without reading it. */
  readonly names?: DefinedNames;
  read(): string;
  /** Its tree, where it was parsed beforehand. */
  tree?(): Script;
}

/** Names that one tapset file defines, as its text shows them. */
export interface DefinedNames {
  readonly functions: readonly string[];
  readonly globals: readonly string[];
  /** Dotted names of aliases, arguments left out. */
  readonly aliases: readonly string[];
}

/** The definitions in a tapset file's text; cheap, and at worst too generous (a name inside a comment). */
export function scanDefinitions(text: string): DefinedNames {
  const functions = [...text.matchAll(/^\s*(?:private\s+)?function\s+(\w+)/gm)].map((m) => m[1] ?? '');
  const globals = [...text.matchAll(/^\s*(?:private\s+)?global\s+([^;\n]+)/gm)].flatMap((m) =>
    [...(m[1] ?? '').matchAll(/(?:^|,)\s*(\w+)/g)].map((name) => name[1] ?? ''),
  );
  const aliases = [...text.matchAll(/^\s*probe\s+([^={]+?)\s*\+?=[^=]/gm)].flatMap((m) =>
    (m[1] ?? '').split(',').map((name) => name.replace(/\([^)]*\)/g, '').trim()),
  );
  return { functions, globals, aliases };
}

/** The tapset as phase 2 asks it. */
export class TapsetLibrary {
  readonly #files: readonly TapsetFile[];
  readonly #parse: (source: Source) => Script;
  readonly #parsed = new Map<TapsetFile, Script>();
  readonly #sources = new Map<string, Source>();
  #index: LibraryIndex | undefined;

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

  /** Aliases whose dotted name `accept` takes. */
  aliases(accept: (dotted: string) => boolean): { script: Script; item: AliasItem }[] {
    const files = new Set<TapsetFile>();
    for (const [name, definers] of this.#lookup('aliases')) {
      if (accept(name)) for (const file of definers) files.add(file);
    }
    return this.#scripts([...files]).flatMap((script) =>
      script.items.flatMap((item) => (item.kind === 'alias' ? [{ script, item }] : [])),
    );
  }

  names(kind: keyof DefinedNames): Iterable<string> {
    return this.#lookup(kind).keys();
  }

  suggest(kind: keyof DefinedNames, name: string): string[] {
    return didYouMean(name, this.names(kind));
  }

  #lookup(kind: keyof DefinedNames): ReadonlyMap<string, readonly TapsetFile[]> {
    this.#index ??= buildIndex(this.#files);
    return this.#index[kind];
  }

  #scripts(files: readonly TapsetFile[] | undefined): Script[] {
    return (files ?? []).map((file) => {
      const known = this.#parsed.get(file);
      if (known !== undefined) return known;
      const source = { file: file.file, text: file.read() };
      this.#sources.set(source.file, source);
      const script = file.tree?.() ?? this.#parse(source);
      this.#parsed.set(file, script);
      return script;
    });
  }
}

type LibraryIndex = Record<keyof DefinedNames, ReadonlyMap<string, readonly TapsetFile[]>>;

function buildIndex(files: readonly TapsetFile[]): LibraryIndex {
  const index = {
    functions: new Map<string, TapsetFile[]>(),
    globals: new Map<string, TapsetFile[]>(),
    aliases: new Map<string, TapsetFile[]>(),
  };
  for (const file of files) {
    const names = file.names ?? scanDefinitions(file.read());
    for (const kind of ['functions', 'globals', 'aliases'] as const) {
      for (const name of new Set(names[kind])) {
        const definers = index[kind].get(name);
        if (definers === undefined) index[kind].set(name, [file]);
        else definers.push(file);
      }
    }
  }
  return index;
}
