/** The runtime as the linker sees it: files of items, each with the fact that it is for, and the kernel's identifiers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../assets.ts';
import { once } from '../../once.ts';
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

/** An item with where it comes from. */
export interface PlacedItem {
  readonly file: RuntimeFile;
  readonly item: Item;
  /** Its place among all. */
  readonly order: number;
}

/** Items by the names that they define: one for each variant that there is. */
export type ItemIndex = Pick<ReadonlyMap<string, readonly PlacedItem[]>, 'get' | 'has'>;

export interface Runtime {
  readonly facilities: readonly Facility[];
  readonly files: readonly RuntimeFile[];
  readonly uses: readonly KernelUse[];
  /** Structs that a module gets without the members that it does not read. */
  readonly sparse: readonly string[];
  readonly index: ItemIndex;
}

/** The runtime, without the identifiers that nothing is linked by. */
export const readRuntime: () => Runtime = once(() => linkable(readSources()));

/** The runtime from its sources, every identifier in it. */
export function readSources(): Runtime {
  return parseRuntime(join(packageRoot(), 'runtime'));
}

function linkable(runtime: Runtime): Runtime {
  const known = new Set([
    ...runtime.files.flatMap((f) => f.items.flatMap((item) => item.defines)),
    ...runtime.uses.map((use) => use.name),
  ]);
  const matters = (name: string): boolean => known.has(name) || name.startsWith('TAPC_');
  const files = runtime.files.map((file) => ({
    ...file,
    items: file.items.map((item): Item => ({ ...item, uses: item.uses.filter(matters) })),
  }));
  return { ...runtime, files, index: indexItems(files) };
}

/** The runtime's items, and behind them those of rendered templates. */
export function indexWith({ files, index }: Runtime, rendered: readonly RuntimeFile[]): ItemIndex {
  const made = indexItems(
    rendered,
    files.reduce((sum, file) => sum + file.items.length, 0),
  );
  return {
    get: (name) => {
      const [shipped, own] = [index.get(name), made.get(name)];
      return shipped === undefined || own === undefined ? (shipped ?? own) : [...shipped, ...own];
    },
    has: (name) => index.has(name) || made.has(name),
  };
}

/** `from`: the place of the first item. */
function indexItems(files: readonly RuntimeFile[], from = 0): ItemIndex {
  const index = new Map<string, PlacedItem[]>();
  let order = from;
  for (const file of files) {
    for (const item of file.items) {
      const placed = { file, item, order: order++ };
      for (const name of item.defines) {
        const list = index.get(name);
        if (list === undefined) index.set(name, [placed]);
        else list.push(placed);
      }
    }
  }
  return index;
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
    index: indexItems(files),
  };
}

function readManifest(folder: string, facility: string): { facility: string; manifest: Manifest }[] {
  const path = join(folder, facility, 'manifest.json');
  if (!existsSync(path)) return [];
  const manifest = parseManifest(readFileSync(path, 'utf8'), facility);
  return [{ facility, manifest }];
}
