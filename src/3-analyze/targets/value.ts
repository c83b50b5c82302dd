/** How the place at the end of a walk becomes a value. */
import { type CType, strip } from '../../kernel/btf/ctype.ts';
import { spellType } from '../../kernel/btf/spelling.ts';
import type { TypeTable } from '../../kernel/btf/table.ts';
import type { Load } from '../checked.ts';
import { found, missing, type Outcome, type TargetNode } from './outcome.ts';
import type { Place } from './place.ts';

export interface PlaceValue {
  /** Undefined where the base itself is the value. */
  readonly load: Load | undefined;
  /** C type of the value: arrays and addresses as pointers. */
  readonly type: CType;
}

export function readPlace(place: Place, node: TargetNode, table: TypeTable): Outcome<PlaceValue> {
  if (node.addressOf) return addressOf(place, node, table);
  const type = table.complete(strip(place.type));
  if (place.hops.length === 0) {
    if (type.kind === 'struct' || type.kind === 'union' || type.kind === 'float') {
      return missing(
        'not-a-value',
        node.span,
        `${spellType(place.type)} is passed by value; it does not fit in a number`,
      );
    }
    return found({ load: undefined, type: place.type });
  }
  const { bits } = place;
  switch (type.kind) {
    case 'int':
    case 'enum': {
      const size = loadSize(type.size);
      if (size === undefined) break;
      const signed = type.signed;
      if (bits !== undefined)
        return found({ load: { size: wordSize(bits, size), signed, bits }, type: place.type });
      return found({ load: { size, signed }, type: place.type });
    }
    case 'pointer':
      return found({ load: { size: 8, signed: false }, type: place.type });
    case 'array':
      return found({ load: { size: 0, signed: false }, type: table.pointerTo(type.element) });
    case 'function':
      return found({ load: { size: 0, signed: false }, type: table.pointerTo(type) });
    case 'struct':
    case 'union':
      return missing(
        'not-a-value',
        node.span,
        `${spellType(place.type)} is not a number: name one of its members`,
        [
          `it has ${table.memberNames(type).slice(0, 8).join(', ')}`,
          'a `&` before it takes its address, a `$` behind it prints it',
        ],
      );
    case 'void':
    case 'forward':
    case 'float':
      break;
  }
  return missing('not-a-value', node.span, `${spellType(place.type)} cannot be read as a number`);
}

function addressOf(place: Place, node: TargetNode, table: TypeTable): Outcome<PlaceValue> {
  // `&@cast(p, "struct x")` is p, which is known now to point to one.
  if (place.hops.length === 0 && (node.kind === 'cast' || node.kind === 'autocast')) {
    return found({ load: undefined, type: place.type });
  }
  if (place.hops.length === 0) {
    return missing('no-address', node.span, 'this value is kept in a register; it has no address', [
      'if it is a pointer, its value is the address already',
    ]);
  }
  if (place.bits !== undefined) return missing('no-address', node.span, 'a bit field has no address');
  return found({ load: { size: 0, signed: false }, type: table.pointerTo(place.type) });
}

function loadSize(bytes: number): 1 | 2 | 4 | 8 | undefined {
  return bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8 ? bytes : undefined;
}

/** Bytes to load for bits that may reach past the declared type. */
export function wordSize(
  bits: { readonly offset: number; readonly size: number },
  size: 1 | 2 | 4 | 8,
): 1 | 2 | 4 | 8 {
  return bits.offset + bits.size > size * 8 ? 8 : size;
}
