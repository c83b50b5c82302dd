import type { Glob } from '../glob.ts';
import type {
  CFunction,
  CType,
  CVariable,
  EnumType,
  Member,
  PointerType,
  RecordType,
  TypedefType,
} from './ctype.ts';

/** An enumerator found by its name. */
export interface EnumeratorOf {
  readonly value: bigint;
  readonly type: EnumType;
}

/** The types, functions and variables of a kernel, or of one of its modules together with the kernel's. */
export interface TypeTable {
  /** The first function of that name. */
  func(name: string): CFunction | undefined;
  /** All functions of that name: static ones of different files may share it. */
  funcs(name: string): readonly CFunction[];
  struct(name: string): RecordType | undefined;
  union(name: string): RecordType | undefined;
  enum(name: string): EnumType | undefined;
  typedef(name: string): TypedefType | undefined;
  variable(name: string): CVariable | undefined;
  /** The value of an enumerator, by its name alone. */
  enumValue(name: string): EnumeratorOf | undefined;
  /**
   * The type that a C spelling names: `struct file *`, `unsigned long`, `u64`, `const char **`, `int[4]`.
   * Undefined where it is not C for a type, or names one that the kernel does not have.
   */
  parse(spelling: string): CType | undefined;
  /** The type that points to this one. */
  pointerTo(type: CType): PointerType;
  /** Replaces a forward declaration by the full struct or union, where there is one. */
  complete(type: CType): CType;
  /**
   * The member of a struct or union by its name, through typedefs, qualifiers and anonymous members;
   * its offset is from the start of `type`.
   */
  member(type: CType, name: string): Member | undefined;
  /** Names of all members that `member` would find, for "did you mean". */
  memberNames(type: CType): readonly string[];
  /** Names of functions that match, sorted, each once. For a module, its own; so are the lists below. */
  functions(glob: Glob): readonly string[];
  functionNames(): readonly string[];
  structNames(): readonly string[];
  variableNames(): readonly string[];
  typedefNames(): readonly string[];
}
