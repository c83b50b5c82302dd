/** Walking and copying trees without a case for every kind. */
import type { Span } from './ast.ts';

/** What all nodes have in common. */
export interface AnyNode {
  readonly kind: string;
  readonly span: Span;
}

/** The kinds of nodes that stand as statements. */
export const STATEMENT_KINDS: ReadonlySet<string> = new Set([
  'block',
  'expr-statement',
  'if',
  'while',
  'for',
  'foreach',
  'return',
  'delete',
  'try',
  'embedded-c',
  'break',
  'continue',
  'next',
  'empty',
]);

/** True for tree nodes, false for spans, lists and plain values. */
export function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'span' in value;
}

/** The nodes directly below `node`, in the order of their fields; those inside lists and sort clauses too. */
export function children(node: object): AnyNode[] {
  const found: AnyNode[] = [];
  for (const value of Object.values(node)) {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) for (const element of value) if (isNode(element)) found.push(element);
  }
  return found;
}

/** Calls `visit` on `node` and all below it, parents first; `visit` returns false to leave out what is below. */
export function walk(node: object, visit: (node: AnyNode) => boolean | undefined): void {
  if (isNode(node) && visit(node) === false) return;
  for (const child of children(node)) walk(child, visit);
}

/** A copy with new node identities; spans are shared. */
export function cloneTree<T>(value: T): T;
export function cloneTree(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => cloneTree(element));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) if (key !== 'span') copy[key] = cloneTree(copy[key]);
  return copy;
}
