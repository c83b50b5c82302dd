/** The runtime as the linker sees it: files of items, each with the fact that it is for, and the kernel's identifiers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../assets.ts';
import { type Item, parseItems } from './items.ts';
import { type Condition, type KernelUse, type Manifest, parseManifest } from './manifest.ts';

export interface RuntimeFile {
  readonly facility: string;
  readonly file: string;
  /** What a kernel must be like for it. */
  readonly when?: Condition;
  /** Angle-bracket includes. */
  readonly includes: readonly string[];
  readonly items: readonly Item[];
}

export interface Facility {
  readonly name: string;
  readonly purpose: string;
}

export interface Runtime {
  readonly facilities: readonly Facility[];
  readonly files: readonly RuntimeFile[];
  readonly uses: readonly KernelUse[];
  /** Structs that a module gets without the members that it does not read. */
  readonly sparse: readonly string[];
}

/** What the build writes beside this module: the runtime without the C of its items, and that C, which few modules need much of. */
export const RUNTIME_FILE = 'runtime.json';
export const RUNTIME_TEXTS = 'runtime.txt';

/** An item whose C is a stretch of the texts. */
interface StoredItem extends Omit<Item, 'text'> {
  readonly at: readonly [number, number];
}

interface StoredRuntime extends Omit<Runtime, 'files'> {
  readonly files: readonly (Omit<RuntimeFile, 'items'> & { readonly items: readonly StoredItem[] })[];
}

/** The runtime, from what the build wrote beside this module, else from the folder `runtime/`. */
export function readRuntime(): Runtime {
  const built = new URL(RUNTIME_FILE, import.meta.url);
  if (!existsSync(built)) return readSources();
  const stored: unknown = JSON.parse(readFileSync(built, 'utf8'));
  if (!isStored(stored)) throw new Error(`${RUNTIME_FILE} is damaged: build tapc again`);
  const texts = readFileSync(new URL(RUNTIME_TEXTS, import.meta.url), 'utf8');
  const files = stored.files.map((file) => ({
    ...file,
    items: file.items.map(({ at, ...item }): Item => ({ ...item, text: texts.slice(...at) })),
  }));
  return { ...stored, files };
}

/** The runtime from its sources, every identifier in it. */
export function readSources(): Runtime {
  return parseRuntime(join(packageRoot(), 'runtime'));
}

function isStored(value: unknown): value is StoredRuntime {
  return typeof value === 'object' && value !== null && 'files' in value && 'facilities' in value;
}

/** The two files that `readRuntime` reads, without the identifiers that nothing is linked by. */
export function storedRuntime(): { readonly json: string; readonly texts: string } {
  const { files, uses, facilities, sparse } = readSources();
  const known = new Set([
    ...files.flatMap((f) => f.items.flatMap((item) => item.defines)),
    ...uses.map((use) => use.name),
  ]);
  const matters = (name: string): boolean => known.has(name) || name.startsWith('TAPC_');
  let texts = '';
  const store = ({ text, ...item }: Item): StoredItem => {
    const start = texts.length;
    texts += text;
    return { ...item, uses: item.uses.filter(matters), at: [start, texts.length] };
  };
  const stored: StoredRuntime = {
    facilities,
    files: files.map((f) => ({ ...f, items: f.items.map(store) })),
    uses,
    sparse,
  };
  return { json: JSON.stringify(stored), texts };
}

/** Facilities sorted by name, files in the order of the manifest. */
function parseRuntime(folder: string): Runtime {
  const manifests = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .flatMap((facility) => readManifest(folder, facility));
  const files = manifests.flatMap(({ facility, manifest }) =>
    manifest.files.map(({ file, when }): RuntimeFile => {
      const { includes, items } = parseItems(readFileSync(join(folder, facility, file), 'utf8'));
      return { facility, file, includes, items, ...(when === undefined ? {} : { when }) };
    }),
  );
  const facilities = manifests.map(({ facility, manifest }) => ({
    name: facility,
    purpose: manifest.purpose,
  }));
  return {
    facilities,
    files,
    uses: manifests.flatMap((m) => m.manifest.uses),
    sparse: manifests.flatMap((m) => m.manifest.sparse),
  };
}

function readManifest(folder: string, facility: string): { facility: string; manifest: Manifest }[] {
  const path = join(folder, facility, 'manifest.json');
  if (!existsSync(path)) return [];
  const manifest = parseManifest(readFileSync(path, 'utf8'), facility);
  return [{ facility, manifest }];
}
