/** Sets of expressions and variables that must have the same type, merged as the program is read. */
import type { Span, TypeName } from '../../1-parse/ast.ts';
import type { CType } from '../../kernel/btf/ctype.ts';

/** Where a type was settled, for the second half of a conflict's message. */
export interface Evidence {
  readonly span: Span;
  /** Reads on after "is a number": `because it is an operand of "+"`. */
  readonly why: string;
}

/** One set; `find` gives its representative, which alone carries what is known. */
export interface TypeClass {
  parent: TypeClass | undefined;
  rank: number;
  type: TypeName | undefined;
  evidence: Evidence | undefined;
  /** The C type that a number stands for where it came from the kernel: a pointer that `->` can follow. */
  pointer: CType | 'several' | undefined;
  /** A conflict was reported: say no more about it. */
  reported: boolean;
}

export function freshClass(type?: TypeName, evidence?: Evidence): TypeClass {
  return { parent: undefined, rank: 0, type, evidence, pointer: undefined, reported: false };
}

export function find(of: TypeClass): TypeClass {
  let root = of;
  while (root.parent !== undefined) root = root.parent;
  for (let at = of; at.parent !== undefined; ) {
    const next = at.parent;
    at.parent = root;
    at = next;
  }
  return root;
}

/** Makes two classes one; false, with both unchanged, where their types differ. */
export function merge(left: TypeClass, right: TypeClass): boolean {
  let a = find(left);
  let b = find(right);
  if (a === b) return true;
  if (a.type !== undefined && b.type !== undefined && a.type !== b.type) return false;
  if (a.rank < b.rank) [a, b] = [b, a];
  if (a.rank === b.rank) a.rank++;
  b.parent = a;
  if (a.type === undefined) {
    a.type = b.type;
    a.evidence = b.evidence;
  }
  setPointer(a, b.pointer);
  a.reported ||= b.reported;
  return true;
}

/** Adds what a number is known to point to; two different answers make none. */
export function setPointer(of: TypeClass, pointer: CType | 'several' | undefined): void {
  if (pointer === undefined) return;
  const root = find(of);
  root.pointer = root.pointer === undefined || root.pointer === pointer ? pointer : 'several';
}
