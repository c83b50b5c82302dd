import { damaged } from '../error.ts';
import { lazily } from '../lazily.ts';
import { type BtfSections, btfKind, recordOffsets, wordsOf } from './format.ts';
import { type NameIndex, openNameIndex, slotsFor } from './names.ts';

/** The records of one BTF, by type id; for a module, those of its base (vmlinux) as well. */
export interface Records {
  /** Id of the first record of its own: 1, or for a module the number of its base's. */
  readonly firstId: number;
  /** One more than the last id. */
  readonly endId: number;
  /** The string section, after that of the base. */
  readonly strings: Buffer;
  kind(id: number): number;
  /** `vlen` of the record. */
  length(id: number): number;
  /** The `kind_flag` bit. */
  flag(id: number): boolean;
  nameOffset(id: number): number;
  /** The `size` or `type` of the record. */
  sizeOrType(id: number): number;
  /** A word of what follows the record's three. */
  extra(id: number, index: number): number;
  /** The text at an offset of the string section; throws where there is none. */
  string(offset: number): string;
  /** Ids of the records of that name and one of these kinds, base first. */
  named(name: string, ...kinds: readonly number[]): number[];
  /** Ids of this BTF's own records of a kind, in order. */
  ofKind(kind: number): readonly number[];
  /** Where a whole name stands in the strings; undefined for one that is nowhere. */
  offsetOf(name: string): number | undefined;
  /** Where the names of this BTF's own functions are in the strings, in the order of the names, each once. */
  functions(): Uint32Array;
  /** What was found out by reading all records, to be given to `openRecords` another time. */
  tables(): RecordTables;
}

/** Tables over a BTF that take some milliseconds to make. */
export interface RecordTables {
  /** Where each record begins, in words. */
  readonly offsets: Uint32Array;
  /** The slots of the index of names. */
  readonly names: Uint32Array;
  /** Where the names of this BTF's own functions are in the strings, in the order of the names, each once. */
  readonly functions: Uint32Array;
}

/** Kinds that are looked up by name. */
const indexedKinds: ReadonlySet<number> = new Set([
  btfKind.int,
  btfKind.struct,
  btfKind.union,
  btfKind.enum,
  btfKind.enum64,
  btfKind.forward,
  btfKind.typedef,
  btfKind.func,
  btfKind.variable,
  btfKind.float,
]);
const indexed: readonly boolean[] = Array.from({ length: 32 }, (_, kind) => indexedKinds.has(kind));

/**
 * Opens BTF, with its tables where they were kept. Throws a ProfileError where records are cut off; what they
 * refer to is checked when it is used.
 */
export function openRecords(sections: BtfSections, base?: Records, kept?: RecordTables): Records {
  const words = wordsOf(sections.types);
  const offsets = kept?.offsets ?? recordOffsets(words);
  const own = sections.strings;
  if (own.length === 0 || own[own.length - 1] !== 0) throw damaged('BTF', 'the strings are cut off');
  const firstId = base?.endId ?? 1;
  const endId = firstId + offsets.length;
  // Offsets count through the base's strings first.
  const strings = base === undefined ? own : Buffer.concat([base.strings, own]);
  const text = lazily(() => strings.toString('latin1'));

  const wordOf = (id: number, index: number): number => {
    const at = offsets[id - firstId];
    const word = at === undefined ? undefined : words[at + index];
    if (word === undefined) throw damaged('BTF', `there is no type ${id}`);
    return word;
  };
  const inBase = (id: number): Records | undefined => (id < firstId ? base : undefined);
  const nameOffset = (id: number): number => inBase(id)?.nameOffset(id) ?? wordOf(id, 0);
  const nameIndex = lazily((): NameIndex => {
    if (kept !== undefined) return openNameIndex(strings, kept.names, nameOffset);
    return indexNames(words, offsets, firstId, strings);
  });

  const string = (offset: number): string => {
    if (offset >= strings.length) throw damaged('BTF', 'a name lies outside the strings');
    return text().slice(offset, text().indexOf('\0', offset));
  };
  const ofKind = (kind: number): readonly number[] => {
    const ids: number[] = [];
    for (let index = 0; index < offsets.length; index++) {
      const info = words[(offsets[index] ?? 0) + 1] ?? 0;
      if (((info >>> 24) & 0x1f) === kind) ids.push(index + firstId);
    }
    return ids;
  };
  const functions = lazily((): Uint32Array => {
    if (kept !== undefined) return kept.functions;
    const places = new Map(ofKind(btfKind.func).map((id) => [string(nameOffset(id)), nameOffset(id)]));
    return Uint32Array.from(
      [...places].sort(([a], [b]) => (a < b ? -1 : 1)),
      ([, offset]) => offset,
    );
  });

  return {
    firstId,
    endId,
    strings,
    kind: (id) => (id === 0 ? btfKind.void : (inBase(id)?.kind(id) ?? (wordOf(id, 1) >>> 24) & 0x1f)),
    length: (id) => inBase(id)?.length(id) ?? wordOf(id, 1) & 0xffff,
    flag: (id) => inBase(id)?.flag(id) ?? wordOf(id, 1) >>> 31 === 1,
    nameOffset,
    sizeOrType: (id) => inBase(id)?.sizeOrType(id) ?? wordOf(id, 2),
    extra: (id, at) => inBase(id)?.extra(id, at) ?? wordOf(id, 3 + at),
    string,
    offsetOf(name) {
      const at = text().indexOf(`\0${name}\0`);
      return at < 0 ? undefined : at + 1;
    },
    named(name, ...kinds) {
      const found = nameIndex()
        .find(name)
        .filter((id) => kinds.includes((wordOf(id, 1) >>> 24) & 0x1f));
      return base === undefined ? found : [...base.named(name, ...kinds), ...found];
    },
    ofKind,
    functions,
    tables: () => ({ offsets, names: nameIndex().slots, functions: functions() }),
  };
}

function indexNames(words: Uint32Array, offsets: Uint32Array, firstId: number, strings: Buffer): NameIndex {
  const nameOffset = (id: number): number => words[offsets[id - firstId] ?? 0] ?? 0;
  const index = openNameIndex(strings, new Uint32Array(slotsFor(offsets.length)), nameOffset);
  for (let id = firstId; id < firstId + offsets.length; id++) {
    const kind = ((words[(offsets[id - firstId] ?? 0) + 1] ?? 0) >>> 24) & 0x1f;
    if (indexed[kind] === true && nameOffset(id) !== 0) index.add(id);
  }
  return index;
}
