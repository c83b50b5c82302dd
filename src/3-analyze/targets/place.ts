/** A step-by-step walk from a value to what it leads to, through members, indices and pointers. */
import type { Access, Expr } from '../../1-parse/ast.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { type CType, sizeOf, strip } from '../../kernel/btf/ctype.ts';
import { spellType } from '../../kernel/btf/spelling.ts';
import type { TypeTable } from '../../kernel/btf/table.ts';
import type { Hop } from '../checked.ts';
import { found, missing, type Outcome } from './outcome.ts';

/** Where a walk stands. Without hops it is the base's own value; with them, the last is a place in memory. */
export interface Place {
  readonly type: CType;
  readonly hops: readonly Hop[];
  /** In the last hop, a part of a word. */
  readonly bits?: { readonly offset: number; readonly size: number };
}

const openHop: Hop = { offset: 0, indices: [], text: '' };

/** Follows a pointer that `place` holds. */
export function pointee(place: Place, target: CType, table: TypeTable): Place {
  return { type: table.complete(strip(target)), hops: [...place.hops, openHop] };
}

export function step(place: Place, access: Access, table: TypeTable): Outcome<Place> {
  return access.kind === 'member' ? member(place, access, table) : index(place, access, table);
}

type MemberAccess = Extract<Access, { readonly kind: 'member' }>;
type IndexAccess = Extract<Access, { readonly kind: 'index' }>;

function member(from: Place, access: MemberAccess, table: TypeTable): Outcome<Place> {
  const type = strip(from.type);
  const place = type.kind === 'pointer' ? pointee(from, type.target, table) : from;
  const record = table.complete(strip(place.type));
  const { name, span } = access;
  if (record.kind !== 'struct' && record.kind !== 'union') return noMembers(record, from.type, access);
  const known = table.member(record, name);
  if (known === undefined) {
    const names = table.memberNames(record);
    const near = didYouMean(name, names);
    return missing('unknown-member', span, `${spellType(record)} has no member "${name}"`, [
      ...near,
      `it has ${listed(names)}`,
    ]);
  }
  const last = place.hops.at(-1) ?? openHop;
  const bytes = Math.floor(known.bitOffset / 8);
  const text = `${last.text}${last.text === '' ? '->' : '.'}${name}`;
  const first = last.offset === 0 && last.indices.length === 0 && last.check === undefined;
  const check = extendCheck(last, first, record, name, known.bitfield);
  const hop: Hop = {
    offset: last.offset + bytes,
    indices: last.indices,
    text,
    ...(check === undefined ? {} : { check }),
  };
  const next = { type: known.type, hops: [...place.hops.slice(0, -1), hop] };
  if (!known.bitfield) return found(next);
  return found(bitfield(next, known.bitOffset, known.bitSize, last.offset));
}

/** The layout fact a hop rests on, as long as it is a chain of named members of one named struct. */
function extendCheck(
  last: Hop,
  first: boolean,
  record: { readonly kind: 'struct' | 'union'; readonly name: string },
  name: string,
  bits: boolean,
): Hop['check'] {
  if (bits) return undefined;
  if (last.check !== undefined) return { type: last.check.type, member: `${last.check.member}.${name}` };
  return first && record.name !== '' ? { type: `${record.kind} ${record.name}`, member: name } : undefined;
}

/** Loads the aligned word that holds all of the bits; `base` is where the record starts in the last hop. */
export function bitfield(place: Place, bitOffset: number, bitSize: number, base: number): Place {
  const last = place.hops.at(-1) ?? openHop;
  const start = base * 8 + bitOffset;
  for (const bytes of [sizeOf(place.type), 8]) {
    const width = bytes * 8;
    const word = Math.floor(start / width);
    if (bytes === 0 || Math.floor((start + bitSize - 1) / width) !== word) continue;
    const hop = { ...last, offset: word * bytes };
    return {
      type: place.type,
      hops: [...place.hops.slice(0, -1), hop],
      bits: { offset: start - word * width, size: bitSize },
    };
  }
  return { ...place, bits: { offset: start % 8, size: bitSize } };
}

function noMembers(type: CType, from: CType, access: MemberAccess): Outcome<never> {
  const spelled = spellType(from);
  if (type.kind === 'forward') {
    return missing(
      'opaque-type',
      access.span,
      `the kernel's type information has no members of ${spellType(type)}`,
      ['a module may define it: @cast(p, "type", "module") looks there'],
    );
  }
  const hint =
    type.kind === 'array'
      ? 'take an element of the array first: [0]'
      : type.kind === 'void'
        ? `say what it points to: @cast(p, "struct name")->${access.name}`
        : 'only structs, unions and pointers to them have members';
  return missing('no-members', access.span, `${spelled} has no members, so none called "${access.name}"`, [
    hint,
  ]);
}

function index(from: Place, access: IndexAccess, table: TypeTable): Outcome<Place> {
  const type = strip(from.type);
  if (type.kind !== 'pointer' && (type.kind !== 'array' || from.hops.length === 0)) {
    return missing('not-indexable', access.span, `${spellType(from.type)} has no elements`, [
      'only arrays and pointers have',
    ]);
  }
  const place = type.kind === 'pointer' ? pointee(from, type.target, table) : from;
  const element = type.kind === 'pointer' ? place.type : type.element;
  const scale = sizeOf(table.complete(strip(element)));
  if (scale === 0) {
    return missing(
      'opaque-type',
      access.span,
      `the size of ${spellType(element)} is not known, so it has no elements`,
      ['say what it points to with @cast'],
    );
  }
  const last = place.hops.at(-1) ?? openHop;
  const hop = addIndex(last, access.index, scale);
  return found({ type: element, hops: [...place.hops.slice(0, -1), hop] });
}

function addIndex(last: Hop, index: Expr, scale: number): Hop {
  const { check, ...rest } = last;
  if (index.kind === 'number') {
    const offset = last.offset + Number(index.value) * scale;
    const text = `${last.text}[${index.value}]`;
    return check === undefined
      ? { ...rest, offset, text }
      : {
          offset,
          text,
          indices: last.indices,
          check: { ...check, member: `${check.member}[${index.value}]` },
        };
  }
  const indices = [...last.indices, { expr: index, scale }];
  // Offsets are those in the first element, whichever it is.
  const first = check === undefined ? {} : { check: { ...check, member: `${check.member}[0]` } };
  return { ...rest, indices, text: `${last.text}[…]`, ...first };
}

function listed(names: readonly string[]): string {
  const most = 12;
  const shown = names.slice(0, most).map((n) => `"${n}"`);
  if (names.length === 0) return 'none';
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}
