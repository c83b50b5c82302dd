/** From `operand (operator operand)*` to a tree, by precedence. */
import type { Assign, BinaryOp, Expr, Span } from '../ast.ts';
import { INFIX } from '../tokens.ts';
import type { BuildContext } from './context.ts';

/** An expression with the tokens that it covers, parentheses around it included. */
export interface Operand {
  readonly expr: Expr;
  readonly start: number;
  readonly end: number;
}

export interface InfixPart {
  readonly op: string;
  readonly span: Span;
  readonly right: Operand;
  /** What stands between `?` and `:`. */
  readonly middle?: Expr;
}

const LEVELS: ReadonlyMap<string, number> = new Map(
  INFIX.flatMap((group, level) => group.map((op) => [op, level] as const)),
);

const TERNARY_LEVEL = levelOf('?');

function levelOf(op: string): number {
  return LEVELS.get(op) ?? 0;
}

/** Climbs the levels: an operator takes to its right what binds tighter; `=` and `?:` also what binds alike. */
export function buildInfix(ctx: BuildContext, first: Operand, parts: readonly InfixPart[]): Expr {
  let at = 0;
  const climb = (from: Operand, minimum: number): Operand => {
    let left = from;
    let membership = false;
    for (let part = parts[at]; part !== undefined; part = parts[at]) {
      const level = levelOf(part.op);
      if (level < minimum) break;
      at += 1;
      const right = climb(part.right, level <= TERNARY_LEVEL ? level : level + 1);
      if (part.op === 'in' && membership) chained(ctx, part);
      membership = part.op === 'in';
      const { start } = left;
      const { end } = right;
      left = { expr: combine(ctx, left.expr, part, right.expr, ctx.spanOf(start, end)), start, end };
    }
    return left;
  };
  return climb(first, 0).expr;
}

function combine(ctx: BuildContext, left: Expr, part: InfixPart, right: Expr, span: Span): Expr {
  if (part.middle !== undefined) {
    // biome-ignore lint/suspicious/noThenProperty: the field is what the language calls it
    return { kind: 'ternary', span, condition: left, then: part.middle, else: right };
  }
  if (part.op === 'in') return buildIn(ctx, left, right, span);
  if (part.op === '=~' || part.op === '!~') return buildMatch(ctx, left, part, right, span);
  if (isAssignment(part.op)) return { kind: 'assign', span, op: part.op, target: left, value: right };
  if (isBinary(part.op)) return { kind: 'binary', span, op: part.op, left, right };
  throw new RangeError(`no infix operator: ${part.op}`);
}

function isAssignment(op: string): op is Assign['op'] {
  return levelOf(op) === 0;
}

function isBinary(op: string): op is BinaryOp {
  return levelOf(op) > TERNARY_LEVEL && op !== 'in' && op !== '=~' && op !== '!~';
}

function buildIn(ctx: BuildContext, left: Expr, right: Expr, span: Span): Expr {
  if (right.kind === 'identifier') return { kind: 'in', span, keys: [left], array: right };
  if (right.kind === 'stat-op' && ctx.bareHistograms.delete(right)) {
    return { kind: 'in', span, keys: [left], array: right };
  }
  ctx.error('expected-array', right.span, 'after ‘in’ comes the name of an array', [
    'Put parentheses around the membership test: (key in array).',
  ]);
  return left;
}

function chained(ctx: BuildContext, part: InfixPart): void {
  ctx.error('chained-in', part.span, '‘in’ cannot follow another ‘in’', ['Put one of them in parentheses.']);
}

function buildMatch(ctx: BuildContext, left: Expr, part: InfixPart, right: Expr, span: Span): Expr {
  const negated = part.op === '!~';
  if (right.kind === 'string') return { kind: 'regex-match', span, negated, subject: left, pattern: right };
  ctx.error(
    'expected-string',
    right.span,
    `after ‘${part.op}’ comes a regular expression as a literal string`,
  );
  return { kind: 'regex-match', span, negated, subject: left, pattern: { kind: 'string', span, value: '' } };
}
