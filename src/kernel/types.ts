/** What other phases need of C types; how they are read from BTF is this folder's own affair. */
export type { CFunction, CType, Parameter } from './btf/ctype.ts';
export { sizeOf, strip, unqualified } from './btf/ctype.ts';
export { spellType } from './btf/spelling.ts';
export type { TypeTable } from './btf/table.ts';
