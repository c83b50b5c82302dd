/** The tapset that ships with tapc: its files, and the trees that the build made of them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Script } from '../1-parse/ast.ts';
import { parse } from '../1-parse/index.ts';
import { loadScript, storeScript } from '../1-parse/stored.ts';
import { type DefinedNames, scanDefinitions, type TapsetFile } from '../2-resolve/library.ts';
import { packageRoot } from '../assets.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { once } from '../once.ts';
import { usageError } from './exit.ts';

/** All tapset files, with the names that each defines. */
export const standardTapset: () => readonly TapsetFile[] = once(() => {
  const root = packageRoot();
  return tapsetFiles(join(root, 'tapsets'), root).map(({ file }) => shipped(file));
});

/** A file by its path from the root of the package, which may be another one when a snapshot is started. */
function shipped(file: string): TapsetFile {
  const read = (): string => readFileSync(join(packageRoot(), file), 'utf8');
  const names = once(() => joinNames(scanDefinitions(read())));
  return {
    file,
    read,
    get names() {
      return splitNames(names());
    },
    defines: (kind, name) => names()[kind].includes(` ${name} `),
    tree: () => {
      const stored = treeFile(import.meta.dirname, file);
      return existsSync(stored) ? loadScript(readFileSync(stored, 'utf8'), file) : undefined;
    },
  };
}

/**
 * `DefinedNames`, each list as one text with a space before and behind each name: thousands of names are little to load that way, and
 * a search is fast.
 */
type JoinedNames = Readonly<Record<keyof DefinedNames, string>>;

function splitNames(names: JoinedNames): DefinedNames {
  const list = (kind: keyof DefinedNames): string[] =>
    names[kind] === '' ? [] : names[kind].slice(1, -1).split(' ');
  return {
    get functions() {
      return list('functions');
    },
    get globals() {
      return list('globals');
    },
    get aliases() {
      return list('aliases');
    },
    get macros() {
      return list('macros');
    },
  };
}

function joinNames({ functions, globals, aliases, macros }: DefinedNames): JoinedNames {
  return {
    functions: spaced(functions),
    globals: spaced(globals),
    aliases: spaced(aliases),
    macros: spaced(macros),
  };
}

function spaced(names: readonly string[]): string {
  return names.length === 0 ? '' : ` ${names.join(' ')} `;
}

/** Where the build stores the tree of a file: below the folder of the bundle. */
function treeFile(folder: string, file: string): string {
  return join(folder, `${file}.json`);
}

/** Writes into the folder of the bundle the trees that `standardTapset` finds there. */
export function storeTrees(folder: string): void {
  rmSync(join(folder, 'tapsets'), { recursive: true, force: true });
  for (const { file, read } of standardTapset()) {
    const tree = parseForAllTargets(file, read());
    if (tree === undefined) continue;
    const stored = treeFile(folder, file);
    mkdirSync(dirname(stored), { recursive: true });
    writeFileSync(stored, storeScript(tree));
  }
}

/** The tree of a file of the tapset that is the same for every target; undefined when it may not be. Throws on a mistake in it. */
export function parseForAllTargets(file: string, text: string): Script | undefined {
  // Conditions and macros may come out otherwise for another target.
  if (!file.endsWith('.stp') || /%\(|@define/.test(text)) return undefined;
  const diagnostics = new Diagnostics();
  const script = parse({ file, text }, { args: [], conditions: NO_FACTS, guru: true }, diagnostics);
  const [first] = diagnostics.list;
  if (first !== undefined) throw new Error(`${file}: ${first.message}`);
  return script;
}

/** For texts without a condition. */
const NO_FACTS = {
  kernelRelease: '',
  kernelVersion: '',
  arch: '',
  systemtapVersion: '',
  privilege: 'stapdev',
  guru: true,
  runtime: '',
  config: () => '',
} as const;

/**
 * The files of a folder of the user's, as SystemTap searches it: what lies in the folder itself, and in folders named like the version of the
 * kernel and the architecture. What they define is found by parsing them.
 */
export function userTapset(folder: string, { release, arch }: KernelProfile): TapsetFile[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw usageError(`the tapset folder ${folder} does not exist`);
  }
  const version = /^\d+(?:\.\d+)*/.exec(release)?.[0] ?? release;
  const major = /^\d+\.\d+/.exec(version)?.[0] ?? version;
  const places = [...new Set([release, version, major]), ''].flatMap((v) => [join(v, arch), v]);
  return ['linux', ''].flatMap((runtime) =>
    places.flatMap((place) => {
      const inner = join(folder, runtime, place);
      if (statSync(inner, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
      return readdirSync(inner, { withFileTypes: true })
        .filter((entry) => !entry.isDirectory() && /\.stpm?$/.test(entry.name))
        .map(({ name }) => join(inner, name))
        .sort()
        .map((path) => ({ file: path, read: () => readFileSync(path, 'utf8'), foreign: true }));
    }),
  );
}

/** All files below a folder that belong to a tapset, sorted; named relative to `base`. */
export function tapsetFiles(folder: string, base: string): TapsetFile[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw usageError(`the tapset folder ${folder} does not exist`);
  }
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.stpm?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ file: relative(base, path), read: () => readFileSync(path, 'utf8') }));
}
