/** The runtime linker: the items that the generated code reaches, in an order that C accepts, and what they import. */
import type { KernelProfile } from '../../kernel/profile.ts';
import type { PlanRuntimePart } from '../plan.ts';
import type { ItemIndex, PlacedItem, Runtime, RuntimeFile } from './library.ts';
import { type Condition, holds, importOf, isLacking, type KernelUse } from './manifest.ts';
import { type OtherCode, withoutUnread } from './sparse.ts';

export interface Linked {
  /** In the order in which they are written, rendered templates last. */
  readonly parts: readonly PlanRuntimePart[];
  readonly headers: readonly string[];
  readonly imports: readonly string[];
  /** Everything that is named, by the roots or by an item. */
  readonly names: ReadonlySet<string>;
  /** What is needed and cannot be had on this kernel. */
  readonly lacks: readonly Lack[];
}

/** Something that no variant gives on a kernel. */
export type Lack =
  | { readonly kind: 'symbol'; readonly use: KernelUse }
  /** No spelling of an item fits: `conditions` are what one of them would take. */
  | {
      readonly kind: 'variant';
      readonly name: string;
      readonly facility: string;
      readonly conditions: readonly Condition[];
    };

/** `index`: all items that there are, of which only what is used is kept. */
export function link(
  runtime: Runtime,
  index: ItemIndex,
  roots: ReadonlySet<string>,
  profile: KernelProfile,
  defines: ReadonlySet<string>,
  rest: OtherCode,
): Linked {
  const needed = closure(index, roots, profile, defines);
  const items = ordered(needed.items, index);
  const texts = withoutUnread(
    items.map(({ item }) => item.text),
    new Set(runtime.sparse),
    rest,
  );
  const said = new Set(texts.flatMap((text) => text.match(/\bTAPC_\w+/g) ?? []));
  // Limits that only lines name that are left out now.
  const isSaid = (name: string): boolean => !name.startsWith('TAPC_') || said.has(name);
  const { headers, imports, lacking } = kernelNeeds(runtime.uses, needed.names, profile);
  for (const { file } of items) for (const header of file.includes) headers.add(header);
  return {
    parts: runs(items, prototypes(items, index), texts),
    headers: [...headers].sort(),
    imports: [...imports].sort(),
    names: new Set([...needed.names].filter((name) => roots.has(name) || isSaid(name))),
    lacks: [...lacking.map((use): Lack => ({ kind: 'symbol', use })), ...unfitting(index, needed)],
  };
}

/** Names of which there are only definitions for other kernels. */
function unfitting(
  index: ItemIndex,
  { items, names }: { readonly items: ReadonlySet<PlacedItem>; readonly names: ReadonlySet<string> },
): Lack[] {
  return [...names].flatMap((name): Lack[] => {
    const placed = index.get(name) ?? [];
    const conditions = [...new Set(placed.flatMap(({ file }) => file.when ?? []))];
    if (placed.some((p) => items.has(p)) || conditions.length === 0) return [];
    return [{ kind: 'variant', name, facility: placed[0]?.file.facility ?? '', conditions }];
  });
}

/** What the roots lead to. A file's fact is asked for when something of it is needed, since the answer has a cost. */
function closure(
  index: ItemIndex,
  roots: Iterable<string>,
  profile: KernelProfile,
  defines: ReadonlySet<string>,
): { items: Set<PlacedItem>; names: Set<string> } {
  const names = new Set<string>();
  const items = new Set<PlacedItem>();
  const fits = new Map<RuntimeFile, boolean>();
  const isFor = (file: RuntimeFile): boolean => {
    if (file.when === undefined) return true;
    const known = fits.get(file) ?? holds(file.when, profile, defines);
    fits.set(file, known);
    return known;
  };
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    for (const placed of index.get(name) ?? []) {
      if (items.has(placed) || !isFor(placed.file)) continue;
      items.add(placed);
      queue.push(...placed.item.uses, ...placed.item.defines);
    }
  }
  return { items, names };
}

/** What an item uses stands before it; otherwise the order of facilities and files is kept. */
function ordered(needed: ReadonlySet<PlacedItem>, index: ItemIndex): PlacedItem[] {
  const list: PlacedItem[] = [];
  const seen = new Set<PlacedItem>();
  const visit = (placed: PlacedItem): void => {
    if (seen.has(placed)) return;
    seen.add(placed);
    for (const name of placed.item.uses) {
      for (const other of index.get(name) ?? []) if (needed.has(other)) visit(other);
    }
    // A declaration of the same name that stands earlier in the runtime stays before.
    for (const name of placed.item.defines) {
      for (const other of index.get(name) ?? [])
        if (other.order < placed.order && needed.has(other)) visit(other);
    }
    list.push(placed);
  };
  for (const placed of [...needed].sort((a, b) => a.order - b.order)) visit(placed);
  return list;
}

/** Functions that call each other: the one that stands first needs the other's prototype. */
function prototypes(items: readonly PlacedItem[], index: ItemIndex): Map<PlacedItem, string[]> {
  const place = new Map(items.map((placed, i) => [placed, i]));
  const declared = new Set<string>();
  const found = new Map<PlacedItem, string[]>();
  items.forEach((placed, i) => {
    for (const name of placed.item.uses) {
      const definitions = (index.get(name) ?? []).filter((d) => place.has(d));
      const isLater = definitions.length > 0 && definitions.every((d) => (place.get(d) ?? 0) > i);
      const prototype = definitions[0]?.item.prototype;
      if (!isLater || prototype === undefined || declared.has(name)) continue;
      declared.add(name);
      found.set(placed, [...(found.get(placed) ?? []), prototype]);
    }
  });
  return found;
}

function runs(
  items: readonly PlacedItem[],
  before: ReadonlyMap<PlacedItem, readonly string[]>,
  texts: readonly string[],
): PlanRuntimePart[] {
  const list: { facility: string; file: string; items: string[]; texts: string[] }[] = [];
  for (const [i, placed] of items.entries()) {
    const { item } = placed;
    const { facility, file } = placed.file;
    let last = list.at(-1);
    if (last?.facility !== facility || last.file !== file) {
      last = { facility, file, items: [], texts: [] };
      list.push(last);
    }
    last.items.push(...item.defines);
    last.texts.push(...(before.get(placed) ?? []), texts[i] ?? item.text);
  }
  return list.map(({ texts, ...part }) => ({ ...part, code: texts.join('\n\n') }));
}

function kernelNeeds(
  uses: readonly KernelUse[],
  names: ReadonlySet<string>,
  profile: KernelProfile,
): { headers: Set<string>; imports: Set<string>; lacking: KernelUse[] } {
  const headers = new Set<string>();
  const imports = new Set<string>();
  const lacking: KernelUse[] = [];
  for (const use of uses) {
    if (!names.has(use.name)) continue;
    if (use.header !== undefined) headers.add(use.header);
    const symbol = importOf(use, profile);
    if (symbol !== undefined) imports.add(symbol);
    else if (isLacking(use, profile)) lacking.push(use);
  }
  return { headers, imports, lacking };
}
