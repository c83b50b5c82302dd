import { damaged } from '../error.ts';
import { lazily } from '../lazily.ts';
import type { CType, Enumerator, Member, Parameter } from './ctype.ts';
import { sizeOf, strip } from './ctype.ts';
import { btfKind } from './format.ts';
import type { Records } from './records.ts';

/** Gives the type of an id, always the same object; 0 is void. Throws a ProfileError for a damaged record. */
export type TypeById = (id: number) => CType;

/** Linkage by BTF's number for it. */
export function linkageOf(number: number): 'static' | 'global' | 'extern' {
  switch (number) {
    case 0:
      return 'static';
    case 1:
      return 'global';
    default:
      return 'extern';
  }
}

/** Types by id, each decoded when first asked for and then kept. */
export function createDecoder(records: Records): TypeById {
  const known = new Map<number, CType>();
  // Compilers that mark signed enums mark all of them; for older ones a set top bit has to tell.
  const marksSigned = lazily(() => {
    for (const id of records.ofKind(btfKind.enum)) if (records.flag(id)) return true;
    return false;
  });
  const typeById: TypeById = (id) => {
    let type = known.get(id);
    if (type === undefined) {
      type = decode(records, id, typeById, marksSigned);
      known.set(id, type);
    }
    return type;
  };
  return typeById;
}

function decode(records: Records, id: number, typeById: TypeById, marksSigned: () => boolean): CType {
  const kind = records.kind(id);
  if (kind === btfKind.void) return { kind: 'void' };
  const name = records.string(records.nameOffset(id));
  const sizeOrType = records.sizeOrType(id);
  switch (kind) {
    case btfKind.int: {
      const encoding = records.extra(id, 0);
      return {
        kind: 'int',
        name,
        size: sizeOrType,
        bits: encoding & 0xff,
        signed: (encoding & 0x0100_0000) !== 0,
        bool: (encoding & 0x0400_0000) !== 0,
        char: name === 'char',
      };
    }
    case btfKind.float:
      return { kind: 'float', name, size: sizeOrType };
    case btfKind.pointer:
      return {
        kind: 'pointer',
        get target() {
          return typeById(sizeOrType);
        },
      };
    case btfKind.array: {
      const element = records.extra(id, 0);
      return {
        kind: 'array',
        get element() {
          return typeById(element);
        },
        length: records.extra(id, 2),
      };
    }
    case btfKind.struct:
    case btfKind.union: {
      const members = lazily(() => membersOf(records, id, typeById));
      return {
        kind: kind === btfKind.struct ? 'struct' : 'union',
        name,
        size: sizeOrType,
        get members() {
          return members();
        },
      };
    }
    case btfKind.enum:
    case btfKind.enum64: {
      const signed = lazily(() => isSignedEnum(records, id, marksSigned));
      const values = lazily(() => enumeratorsOf(records, id, signed()));
      return {
        kind: 'enum',
        name,
        size: sizeOrType,
        get signed() {
          return signed();
        },
        get values() {
          return values();
        },
      };
    }
    case btfKind.forward:
      return { kind: 'forward', of: records.flag(id) ? 'union' : 'struct', name };
    case btfKind.typedef:
      return {
        kind: 'typedef',
        name,
        get target() {
          return typeById(sizeOrType);
        },
      };
    case btfKind.volatile:
    case btfKind.const:
    case btfKind.restrict:
      return {
        kind: kind === btfKind.const ? 'const' : kind === btfKind.volatile ? 'volatile' : 'restrict',
        get target() {
          return typeById(sizeOrType);
        },
      };
    case btfKind.typeTag:
      return {
        kind: 'tag',
        tag: name,
        get target() {
          return typeById(sizeOrType);
        },
      };
    case btfKind.funcProto: {
      const params = lazily(() => parametersOf(records, id, typeById));
      return {
        kind: 'function',
        get params() {
          return params();
        },
        get returns() {
          return typeById(sizeOrType);
        },
        variadic: isVariadic(records, id),
      };
    }
    default:
      throw damaged('BTF', `type ${id} is used as a type and is none (kind ${kind})`);
  }
}

function membersOf(records: Records, id: number, typeById: TypeById): readonly Member[] {
  const packed = records.flag(id);
  return Array.from({ length: records.length(id) }, (_, index): Member => {
    const name = records.string(records.extra(id, index * 3));
    const typeId = records.extra(id, index * 3 + 1);
    const offset = records.extra(id, index * 3 + 2);
    const width = packed ? offset >>> 24 : 0;
    const bitOffset = packed ? offset & 0xff_ffff : offset;
    const type = lazily(() => typeById(typeId));
    if (width > 0) {
      return {
        name,
        get type() {
          return type();
        },
        bitOffset,
        bitSize: width,
        bitfield: true,
      };
    }
    // Without the flag, a bitfield shows as an integer type of fewer bits than its size.
    const narrow = lazily(() => {
      const plain = strip(type());
      return plain.kind === 'int' && plain.bits < plain.size * 8 && !plain.bool ? plain.bits : 0;
    });
    return {
      name,
      get type() {
        return type();
      },
      bitOffset,
      get bitSize() {
        return narrow() || sizeOf(type()) * 8;
      },
      get bitfield() {
        return narrow() > 0;
      },
    };
  });
}

function isSignedEnum(records: Records, id: number, marksSigned: () => boolean): boolean {
  if (records.flag(id)) return true;
  if (records.kind(id) === btfKind.enum64 || marksSigned()) return false;
  for (let index = 0; index < records.length(id); index++) {
    if (records.extra(id, index * 2 + 1) >>> 31 === 1) return true;
  }
  return false;
}

function enumeratorsOf(records: Records, id: number, signed: boolean): readonly Enumerator[] {
  const wide = records.kind(id) === btfKind.enum64;
  const words = wide ? 3 : 2;
  const bits = wide ? 64 : 32;
  return Array.from({ length: records.length(id) }, (_, index) => {
    const low = BigInt(records.extra(id, index * words + 1));
    const high = wide ? BigInt(records.extra(id, index * words + 2)) : 0n;
    const raw = (high << 32n) | low;
    return {
      name: records.string(records.extra(id, index * words)),
      value: signed ? BigInt.asIntN(bits, raw) : raw,
    };
  });
}

function isVariadic(records: Records, id: number): boolean {
  const count = records.length(id);
  return count > 0 && records.extra(id, count * 2 - 1) === 0 && records.extra(id, count * 2 - 2) === 0;
}

function parametersOf(records: Records, id: number, typeById: TypeById): readonly Parameter[] {
  const count = records.length(id) - (isVariadic(records, id) ? 1 : 0);
  return Array.from({ length: count }, (_, index) => {
    const typeId = records.extra(id, index * 2 + 1);
    return {
      name: records.string(records.extra(id, index * 2)),
      get type() {
        return typeById(typeId);
      },
    };
  });
}
