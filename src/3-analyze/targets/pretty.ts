/** `$x$`, `$x$$`: the text of a value and of what it consists of. */
import { type CType, type Member, sizeOf, strip, unqualified } from '../../kernel/btf/ctype.ts';
import type { TypeTable } from '../../kernel/btf/table.ts';
import type { Load, MemoryAccess, PrettyPiece } from '../checked.ts';
import { bitfield, type Place, pointee } from './place.ts';
import { wordSize } from './value.ts';

/** Elements of an array that are shown. */
const MAX_ELEMENTS = 5;
/** Values in one text; the string's length is the tighter limit in practice. */
const MAX_VALUES = 60;

/** Pieces of the text of `place`; `depth` levels of nesting are opened. */
export function prettyPieces(
  base: MemoryAccess['base'],
  start: Place,
  depth: number,
  table: TypeTable,
): PrettyPiece[] {
  const printer = new Printer(base, table);
  const type = strip(start.type);
  // A pointer to a struct shows the struct; other pointers show themselves.
  const target = type.kind === 'pointer' ? table.complete(strip(type.target)) : undefined;
  const isRecord = target?.kind === 'struct' || target?.kind === 'union';
  printer.value(isRecord && type.kind === 'pointer' ? pointee(start, type.target, table) : start, depth);
  return joined(printer.pieces);
}

class Printer {
  readonly pieces: PrettyPiece[] = [];
  readonly #base: MemoryAccess['base'];
  readonly #table: TypeTable;
  #values = 0;

  constructor(base: MemoryAccess['base'], table: TypeTable) {
    this.#base = base;
    this.#table = table;
  }

  value(place: Place, depth: number): void {
    const type = this.#table.complete(strip(place.type));
    switch (type.kind) {
      case 'int':
        this.#scalar(place, type.size, type.signed, type.char ? '%c' : type.signed ? '%i' : '%u');
        return;
      case 'enum':
        this.#scalar(place, type.size, type.signed, type.signed ? '%i' : '%u');
        return;
      case 'pointer':
        this.#pointer(place, type.target);
        return;
      case 'array':
        this.#array(place, type.element, type.length, depth);
        return;
      case 'struct':
      case 'union':
        this.#record(place, depth);
        return;
      case 'void':
      case 'function':
      case 'forward':
      case 'float':
        this.#text('?');
        return;
    }
  }

  #record(place: Place, depth: number): void {
    const type = this.#table.complete(strip(place.type));
    if (type.kind !== 'struct' && type.kind !== 'union') return;
    if (depth === 0) {
      this.#text('{...}');
      return;
    }
    this.#text('{');
    let first = true;
    for (const member of type.members) {
      if (!first) this.#text(', ');
      first = false;
      if (this.#values >= MAX_VALUES) {
        this.#text('...');
        break;
      }
      if (member.name !== '') this.#text(`.${member.name}=`);
      const inner = memberPlace(place, member);
      this.value(inner, member.name === '' ? depth : depth - 1);
    }
    this.#text('}');
  }

  #array(place: Place, element: CType, length: number, depth: number): void {
    const plain = strip(element);
    if (isText(element) && length > 0) {
      this.#values++;
      this.pieces.push({ kind: 'string', access: this.#access(place, { size: 0, signed: false }), length });
      return;
    }
    if (depth === 0) {
      this.#text('[...]');
      return;
    }
    const size = sizeOf(this.#table.complete(plain));
    this.#text('[');
    for (let i = 0; i < Math.min(length, MAX_ELEMENTS) && this.#values < MAX_VALUES; i++) {
      if (i > 0) this.#text(', ');
      const last = place.hops.at(-1) ?? { offset: 0, indices: [], text: '' };
      const hop = { offset: last.offset + i * size, indices: last.indices, text: `${last.text}[${i}]` };
      this.value({ type: element, hops: [...place.hops.slice(0, -1), hop] }, depth - 1);
    }
    this.#text(length > MAX_ELEMENTS || length === 0 ? `${length === 0 ? '' : ', '}...]` : ']');
  }

  #pointer(place: Place, target: CType): void {
    if (isText(target)) {
      this.#values++;
      this.pieces.push({ kind: 'string', access: this.#access(place, { size: 8, signed: false }) });
      return;
    }
    this.#scalar(place, 8, false, '%p');
  }

  #scalar(place: Place, size: number, signed: boolean, format: string): void {
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
      this.#text('?');
      return;
    }
    this.#values++;
    const { bits } = place;
    const load: Load = bits === undefined ? { size, signed } : { size: wordSize(bits, size), signed, bits };
    if (format === '%c') this.#text("'");
    this.pieces.push({ kind: 'value', access: this.#access(place, load), format });
    if (format === '%c') this.#text("'");
  }

  #access(place: Place, load: Load): MemoryAccess {
    return {
      base: this.#base,
      hops: place.hops,
      type: place.type,
      user: false,
      ...(place.hops.length === 0 ? {} : { load }),
    };
  }

  #text(text: string): void {
    this.pieces.push({ kind: 'text', text });
  }
}

function memberPlace(place: Place, member: Member): Place {
  const last = place.hops.at(-1) ?? { offset: 0, indices: [], text: '' };
  const hop = {
    offset: last.offset + Math.floor(member.bitOffset / 8),
    indices: last.indices,
    text: `${last.text}${last.text === '' ? '->' : '.'}${member.name}`,
  };
  const inner = { type: member.type, hops: [...place.hops.slice(0, -1), hop] };
  return member.bitfield ? bitfield(inner, member.bitOffset, member.bitSize, last.offset) : inner;
}

/** `char` and `unsigned char` hold text; a `u8` is a number. */
function isText(element: CType): boolean {
  const type = unqualified(element);
  return type.kind === 'int' && (type.char || type.name === 'unsigned char');
}

/** Text pieces side by side become one. */
export function joined(pieces: readonly PrettyPiece[]): PrettyPiece[] {
  const result: PrettyPiece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') {
      result[result.length - 1] = { kind: 'text', text: last.text + piece.text };
    } else result.push(piece);
  }
  return result;
}
