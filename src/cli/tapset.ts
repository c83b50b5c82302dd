/** The tapset that ships with tapc: its files, or what the build prepared of them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from '../1-parse/index.ts';
import { loadScript, storeScript } from '../1-parse/stored.ts';
import { type DefinedNames, scanDefinitions, type TapsetFile } from '../2-resolve/library.ts';
import { packageRoot } from '../assets.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { usageError } from './exit.ts';

/** Beside the bundle: the names that each tapset file defines, and a folder of their trees. */
const PREPARED = 'tapset.json';
const TREES = 'tapset';

interface PreparedFile {
  readonly file: string;
  /** `DefinedNames`, each list as one text: such a file is read in a third of the time. */
  readonly names: Readonly<Record<keyof DefinedNames, string>>;
  /** File of the tree in the folder of trees; absent where the text depends on the target. */
  readonly tree?: string;
}

/** All tapset files, as fast as they can be had. */
export function standardTapset(): TapsetFile[] {
  const root = packageRoot();
  const prepared = new URL(PREPARED, import.meta.url);
  if (!existsSync(prepared)) return tapsetFiles(join(root, 'tapsets'), root);
  const list: unknown = JSON.parse(readFileSync(prepared, 'utf8'));
  if (!isPrepared(list)) throw new Error(`${PREPARED} is damaged: build tapc again`);
  return list.map(({ file, names, tree }) => ({
    file,
    names: splitNames(names),
    read: () => readFileSync(join(root, file), 'utf8'),
    ...(tree === undefined
      ? {}
      : { tree: () => loadScript(readFileSync(new URL(`${TREES}/${tree}`, import.meta.url), 'utf8'), file) }),
  }));
}

/** Split when they are asked for: most runs need one kind, or none. */
function splitNames(names: PreparedFile['names']): DefinedNames {
  const list = (kind: keyof DefinedNames): string[] => (names[kind] === '' ? [] : names[kind].split(' '));
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

function joinNames({ functions, globals, aliases, macros }: DefinedNames): PreparedFile['names'] {
  return {
    functions: functions.join(' '),
    globals: globals.join(' '),
    aliases: aliases.join(' '),
    macros: macros.join(' '),
  };
}

function isPrepared(value: unknown): value is readonly PreparedFile[] {
  return (
    Array.isArray(value) && value.every((row) => typeof row === 'object' && row !== null && 'names' in row)
  );
}

/** Writes into the folder of the bundle what `standardTapset` reads there. */
export function prepareTapset(folder: string): void {
  const root = packageRoot();
  rmSync(join(folder, TREES), { recursive: true, force: true });
  mkdirSync(join(folder, TREES), { recursive: true });
  const list = tapsetFiles(join(root, 'tapsets'), root).map(({ file, read }, i): PreparedFile => {
    const text = read();
    const names = joinNames(scanDefinitions(text));
    // Conditions and macros may come out otherwise for another target.
    if (!file.endsWith('.stp') || /%\(|@define/.test(text)) return { file, names };
    const tree = `${i}.json`;
    writeFileSync(join(folder, TREES, tree), storeScript(parseTapset(file, text)));
    return { file, names, tree };
  });
  writeFileSync(join(folder, PREPARED), JSON.stringify(list));
}

function parseTapset(file: string, text: string): ReturnType<typeof parse> {
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
