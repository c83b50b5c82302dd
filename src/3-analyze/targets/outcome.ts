/** What comes of looking for a kernel value: the way to it, or what stands in the way. */
import type { AtVar, Autocast, Cast, Span, TargetVariable } from '../../1-parse/ast.ts';

export type TargetNode = TargetVariable | Cast | AtVar | Autocast;

export interface Problem {
  readonly code: string;
  readonly span: Span;
  readonly message: string;
  readonly hints: readonly string[];
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export function found<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function missing(
  code: string,
  span: Span,
  message: string,
  hints: readonly string[] = [],
): Outcome<never> {
  return { ok: false, problem: { code, span, message, hints } };
}

export function isTarget(node: { readonly kind: string }): node is TargetNode {
  return node.kind === 'target' || node.kind === 'cast' || node.kind === 'at-var' || node.kind === 'autocast';
}
