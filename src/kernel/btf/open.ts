import type { Glob } from '../glob.ts';
import { lazily } from '../lazily.ts';
import {
  type CFunction,
  type CType,
  type CVariable,
  type EnumType,
  type Member,
  type PointerType,
  type RecordType,
  strip,
} from './ctype.ts';
import { createDecoder, linkageOf, type TypeById } from './decode.ts';
import { btfKind } from './format.ts';
import type { Records } from './records.ts';
import { readSpelling, type SpelledBase } from './spelling.ts';
import type { EnumeratorOf, TypeTable } from './table.ts';

/** The types of a kernel, or of a module with its kernel's as `base`. Everything is decoded when first asked for. */
export function openTypeTable(records: Records, base?: TypeTable): TypeTable {
  const typeById = createDecoder(records);
  const pointers = new Map<CType, PointerType>();
  const functions = new Map<string, readonly CFunction[]>();

  const first = (name: string, ...kinds: readonly number[]): CType | undefined => {
    const id = records.named(name, ...kinds)[0];
    return id === undefined ? undefined : typeById(id);
  };
  const record = (name: string, kind: 'struct' | 'union'): RecordType | undefined => {
    const type = first(name, btfKind[kind]);
    return type?.kind === kind ? type : undefined;
  };
  const enumType = (name: string): EnumType | undefined => {
    const type = first(name, btfKind.enum, btfKind.enum64);
    return type?.kind === 'enum' ? type : undefined;
  };
  const typedef: TypeTable['typedef'] = (name) => {
    const type = first(name, btfKind.typedef);
    return type?.kind === 'typedef' ? type : undefined;
  };

  const funcs = (name: string): readonly CFunction[] => {
    let found = functions.get(name);
    if (found === undefined) {
      found = records
        .named(name, btfKind.func)
        .flatMap((id) => functionOf(records, id, name, typeById) ?? []);
      functions.set(name, found);
    }
    return found;
  };

  const sections = lazily(() => sectionsOfVariables(records));
  const enums = lazily(() => [...records.ofKind(btfKind.enum), ...records.ofKind(btfKind.enum64)]);

  const complete = (type: CType): CType =>
    type.kind === 'forward' ? (record(type.name, type.of) ?? type) : type;
  const pointerTo = (type: CType): PointerType => {
    let pointer = pointers.get(type);
    if (pointer === undefined) {
      pointer = { kind: 'pointer', target: type };
      pointers.set(type, pointer);
    }
    return pointer;
  };
  const baseType = (base: SpelledBase): CType | undefined => {
    switch (base.kind) {
      case 'struct':
      case 'union': {
        return record(base.name, base.kind) ?? first(base.name, btfKind.forward);
      }
      case 'enum':
        return enumType(base.name);
      case 'typedef':
        return typedef(base.name);
      case 'void':
        return typeById(0);
      case 'int':
        return first(base.type.name, btfKind.int) ?? base.type;
    }
  };
  const asRecord = (type: CType): RecordType | undefined => {
    const plain = complete(strip(type));
    return plain.kind === 'struct' || plain.kind === 'union' ? plain : undefined;
  };
  const ownNames = (kind: number): readonly string[] => {
    const names = new Set<string>();
    for (const id of records.ofKind(kind)) {
      const offset = records.nameOffset(id);
      if (offset !== 0) names.add(records.string(offset));
    }
    return [...names].sort();
  };
  const functionNames = lazily(() => Array.from(records.functions(), (offset) => records.string(offset)));

  return {
    func: (name) => funcs(name)[0],
    funcs,
    struct: (name) => record(name, 'struct'),
    union: (name) => record(name, 'union'),
    enum: enumType,
    typedef,
    variable(name) {
      const id = records.named(name, btfKind.variable)[0];
      if (id === undefined) return undefined;
      const section = sections().get(id) ?? '';
      return {
        name,
        type: typeById(records.sizeOrType(id)),
        linkage: linkageOf(records.extra(id, 0)),
        section,
        percpu: section === '.data..percpu',
      } satisfies CVariable;
    },
    enumValue: (name) => base?.enumValue(name) ?? findEnumerator(records, enums(), name, typeById),
    parse(spelling) {
      const spelled = readSpelling(spelling);
      let type = spelled && baseType(spelled.base);
      for (const step of spelled?.steps ?? []) {
        if (type === undefined) return undefined;
        switch (step.kind) {
          case 'pointer':
            type = pointerTo(type);
            break;
          case 'const':
          case 'volatile':
            type = { kind: step.kind, target: type };
            break;
          case 'array':
            type = { kind: 'array', element: type, length: step.length };
            break;
        }
      }
      return type;
    },
    pointerTo,
    complete,
    member(type, name) {
      const found = asRecord(type);
      return found === undefined ? undefined : findMember(found, name, 0, 0);
    },
    memberNames(type) {
      const found = asRecord(type);
      return found === undefined ? [] : namesOf(found, 0);
    },
    functions: (glob) => matching(records, glob),
    functionNames,
    structNames: lazily(() => ownNames(btfKind.struct)),
    variableNames: lazily(() => ownNames(btfKind.variable)),
    typedefNames: lazily(() => ownNames(btfKind.typedef)),
  };
}

function functionOf(
  records: Records,
  id: number,
  name: string,
  typeById: (id: number) => CType,
): CFunction | undefined {
  const proto = typeById(records.sizeOrType(id));
  if (proto.kind !== 'function') return undefined;
  return {
    name,
    get params() {
      return proto.params;
    },
    get returns() {
      return proto.returns;
    },
    variadic: proto.variadic,
    linkage: linkageOf(records.length(id)),
  };
}

/** Names of functions that match: those with the pattern's prefix lie together. */
function matching(records: Records, glob: Glob): readonly string[] {
  const offsets = records.functions();
  const { prefix } = glob;
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records.string(offsets[middle] ?? 0) < prefix) low = middle + 1;
    else high = middle;
  }
  const names: string[] = [];
  for (let at = low; at < offsets.length; at++) {
    const name = records.string(offsets[at] ?? 0);
    if (!name.startsWith(prefix)) break;
    if (glob.test(name)) names.push(name);
  }
  return names;
}

function sectionsOfVariables(records: Records): Map<number, string> {
  const sections = new Map<number, string>();
  for (const id of records.ofKind(btfKind.dataSection)) {
    const section = records.string(records.nameOffset(id));
    for (let index = 0; index < records.length(id); index++)
      sections.set(records.extra(id, index * 3), section);
  }
  return sections;
}

/** No C compiler nests deeper; only a damaged file does. */
const maximumNesting = 32;

/** The record in which an anonymous member's own members are to be looked for. */
function anonymous(member: Member): RecordType | undefined {
  if (member.name !== '') return undefined;
  const plain = strip(member.type);
  return plain.kind === 'struct' || plain.kind === 'union' ? plain : undefined;
}

function findMember(record: RecordType, name: string, base: number, depth: number): Member | undefined {
  if (depth > maximumNesting) return undefined;
  for (const member of record.members) {
    if (member.name === name) return at(member, base + member.bitOffset);
    const inner = anonymous(member);
    const found = inner && findMember(inner, name, base + member.bitOffset, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function at(member: Member, bitOffset: number): Member {
  if (member.bitOffset === bitOffset) return member;
  const { name, type, bitSize, bitfield } = member;
  return { name, type, bitOffset, bitSize, bitfield };
}

function namesOf(record: RecordType, depth: number): readonly string[] {
  if (depth > maximumNesting) return [];
  return record.members.flatMap((member) => {
    const inner = anonymous(member);
    if (inner !== undefined) return namesOf(inner, depth + 1);
    return member.name === '' ? [] : [member.name];
  });
}

/** By the place of its name in the strings: an index of all enumerators would cost more than most runs ask. */
function findEnumerator(
  records: Records,
  enums: readonly number[],
  name: string,
  typeById: TypeById,
): EnumeratorOf | undefined {
  const offset = records.offsetOf(name);
  if (offset === undefined) return undefined;
  for (const id of enums) {
    const words = records.kind(id) === btfKind.enum ? 2 : 3;
    const length = records.length(id);
    for (let index = 0; index < length; index++) {
      if (records.extra(id, index * words) !== offset) continue;
      const type = typeById(id);
      const enumerator = type.kind === 'enum' ? type.values[index] : undefined;
      return type.kind === 'enum' && enumerator ? { value: enumerator.value, type } : undefined;
    }
  }
  return undefined;
}
