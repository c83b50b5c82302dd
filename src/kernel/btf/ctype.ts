import { damaged } from '../error.ts';

/** No compiler writes a longer chain; only a damaged file does. */
const maximumDepth = 64;

/**
 * C types as BTF tells them. Types of one table are unique: the same type is the same object. What a type
 * refers to is decoded when it is asked for; a damaged reference throws a ProfileError then.
 */
export type CType =
  | VoidType
  | IntType
  | FloatType
  | PointerType
  | ArrayType
  | RecordType
  | EnumType
  | TypedefType
  | QualifiedType
  | TagType
  | ForwardType
  | FunctionType;

export interface VoidType {
  readonly kind: 'void';
}

export interface IntType {
  readonly kind: 'int';
  /** As BTF spells it: "long unsigned int". */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Value bits: less than the size's only in the bitfield types of old BTF. */
  readonly bits: number;
  readonly signed: boolean;
  readonly bool: boolean;
  /** Plain `char`, the element of text. */
  readonly char: boolean;
}

export interface FloatType {
  readonly kind: 'float';
  readonly name: string;
  readonly size: number;
}

export interface PointerType {
  readonly kind: 'pointer';
  readonly target: CType;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly element: CType;
  /** 0 for a flexible array member. */
  readonly length: number;
}

export interface RecordType {
  readonly kind: 'struct' | 'union';
  /** Empty for an anonymous one. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly members: readonly Member[];
}

export interface Member {
  /** Empty for an anonymous struct or union, whose members count as this record's. */
  readonly name: string;
  readonly type: CType;
  /** From the start of the record that it was asked of. */
  readonly bitOffset: number;
  /** Width of a bitfield, else eight times the type's size. */
  readonly bitSize: number;
  readonly bitfield: boolean;
}

export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly Enumerator[];
}

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

export interface TypedefType {
  readonly kind: 'typedef';
  readonly name: string;
  readonly target: CType;
}

export interface QualifiedType {
  readonly kind: 'const' | 'volatile' | 'restrict';
  readonly target: CType;
}

/** An attribute of the pointed-to memory: `user`, `percpu`, `rcu`. */
export interface TagType {
  readonly kind: 'tag';
  readonly tag: string;
  readonly target: CType;
}

/** A struct or union of which only the name is known. */
export interface ForwardType {
  readonly kind: 'forward';
  readonly of: 'struct' | 'union';
  readonly name: string;
}

export interface FunctionType {
  readonly kind: 'function';
  readonly params: readonly Parameter[];
  readonly returns: CType;
  readonly variadic: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly type: CType;
}

/** A function of the kernel or of a module. */
export interface CFunction {
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly returns: CType;
  readonly variadic: boolean;
  readonly linkage: 'static' | 'global' | 'extern';
}

/** A variable that BTF knows: the per-CPU ones, and from 6.14 or so all global ones. */
export interface CVariable {
  readonly name: string;
  readonly type: CType;
  readonly linkage: 'static' | 'global' | 'extern';
  /** The section that holds it: ".data..percpu". */
  readonly section: string;
  readonly percpu: boolean;
}

/** Without typedefs, qualifiers and tags: what the type is in memory. */
export function strip(type: CType): Exclude<CType, TypedefType | QualifiedType | TagType> {
  let current = unqualified(type);
  for (let depth = 0; current.kind === 'typedef'; depth++) {
    if (depth > maximumDepth) throw damaged('BTF', `the typedef ${current.name} leads to itself`);
    current = unqualified(current.target);
  }
  return current;
}

/** Without qualifiers and tags; a typedef stays. */
export function unqualified(type: CType): Exclude<CType, QualifiedType | TagType> {
  let current = type;
  for (let depth = 0; depth <= maximumDepth; depth++) {
    switch (current.kind) {
      case 'const':
      case 'volatile':
      case 'restrict':
      case 'tag':
        current = current.target;
        break;
      default:
        return current;
    }
  }
  throw damaged('BTF', 'a qualified type leads to itself');
}

/** In bytes; 0 for void, functions and types of which only the name is known. */
export function sizeOf(type: CType): number {
  const plain = strip(type);
  switch (plain.kind) {
    case 'void':
    case 'function':
    case 'forward':
      return 0;
    case 'pointer':
      return 8;
    case 'array':
      return plain.length * sizeOf(plain.element);
    case 'int':
    case 'float':
    case 'enum':
    case 'struct':
    case 'union':
      return plain.size;
  }
}
