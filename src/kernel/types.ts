/** What other phases need of C types; how they are read from BTF is this folder's own affair. */
export type {
  ArrayType,
  CFunction,
  CType,
  CVariable,
  Enumerator,
  EnumType,
  FunctionType,
  IntType,
  Member,
  Parameter,
  PointerType,
  RecordType,
  TypedefType,
} from './btf/ctype.ts';
export { sizeOf, strip, unqualified } from './btf/ctype.ts';
export { spellType } from './btf/spelling.ts';
export type { EnumeratorOf, TypeTable } from './btf/table.ts';
