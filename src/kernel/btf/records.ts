import { damaged } from '../error.ts';
import { type BtfSections, btfKind, recordOffsets, typeWords } from './format.ts';
import { createNameIndex, type NameIndex } from './names.ts';

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
  /** Whether the text at an offset begins so, without making it a string. */
  startsWith(offset: number, prefix: string): boolean;
  /** An index over names of this BTF's own strings, to be filled. */
  indexNames(capacity: number): NameIndex;
  /** Ids of the records of that name and one of these kinds, base first. */
  named(name: string, ...kinds: readonly number[]): number[];
  /** Ids of this BTF's own records of a kind, in order. */
  ofKind(kind: number): Iterable<number>;
}

/** Kinds that are looked up by name. */
const indexed: ReadonlySet<number> = new Set([
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

/** Opens BTF. Throws a ProfileError where records are cut off; what they refer to is checked when it is used. */
export function openRecords(sections: BtfSections, base?: Records): Records {
  const words = typeWords(sections.types);
  const offsets = recordOffsets(words);
  const bytes = sections.strings;
  if (bytes.length === 0 || bytes[bytes.length - 1] !== 0) throw damaged('BTF', 'the strings are cut off');
  const firstId = base?.endId ?? 1;
  const endId = firstId + offsets.length;
  // Offsets count through the base's strings first.
  const strings = base === undefined ? bytes : Buffer.concat([base.strings, bytes]);

  const wordOf = (id: number, index: number): number => {
    const at = offsets[id - firstId];
    const word = at === undefined ? undefined : words[at + index];
    if (word === undefined) throw damaged('BTF', `there is no type ${id}`);
    return word;
  };
  const ownKind = (index: number): number => ((words[(offsets[index] ?? 0) + 1] ?? 0) >>> 24) & 0x1f;

  let index: NameIndex | undefined;
  const nameIndex = (): NameIndex => {
    if (index !== undefined) return index;
    index = records.indexNames(offsets.length);
    for (let own = 0; own < offsets.length; own++) {
      if (!indexed.has(ownKind(own))) continue;
      const nameOffset = words[offsets[own] ?? 0] ?? 0;
      if (nameOffset !== 0) index.add(nameOffset, own + firstId);
    }
    return index;
  };

  const records: Records = {
    firstId,
    endId,
    strings,
    kind: (id) => (id === 0 ? btfKind.void : (inBase(id)?.kind(id) ?? (wordOf(id, 1) >>> 24) & 0x1f)),
    length: (id) => inBase(id)?.length(id) ?? wordOf(id, 1) & 0xffff,
    flag: (id) => inBase(id)?.flag(id) ?? wordOf(id, 1) >>> 31 === 1,
    nameOffset: (id) => inBase(id)?.nameOffset(id) ?? wordOf(id, 0),
    sizeOrType: (id) => inBase(id)?.sizeOrType(id) ?? wordOf(id, 2),
    extra: (id, at) => inBase(id)?.extra(id, at) ?? wordOf(id, 3 + at),
    string(offset) {
      if (offset >= strings.length) throw damaged('BTF', 'a name lies outside the strings');
      return strings.toString('latin1', offset, strings.indexOf(0, offset));
    },
    startsWith(offset, prefix) {
      for (let at = 0; at < prefix.length; at++) {
        if (strings[offset + at] !== prefix.charCodeAt(at)) return false;
      }
      return true;
    },
    indexNames: (capacity) => createNameIndex(strings, capacity),
    named(name, ...kinds) {
      const own = nameIndex()
        .find(name)
        .filter((id) => kinds.includes(ownKind(id - firstId)));
      return base === undefined ? own : [...base.named(name, ...kinds), ...own];
    },
    *ofKind(kind) {
      for (let own = 0; own < offsets.length; own++) if (ownKind(own) === kind) yield own + firstId;
    },
  };
  const inBase = (id: number): Records | undefined => (id < firstId ? base : undefined);
  return records;
}
