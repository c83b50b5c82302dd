/** Expressions. */
import type { Access, Expr, Index, InExpr, StatOp } from '../ast.ts';
import type { Cst } from '../cst.ts';
import { buildAtOperator, buildStatistic } from './at-operators.ts';
import type { BuildContext } from './context.ts';
import { buildInfix, type InfixPart, type Operand } from './infix.ts';

export function buildExpression(ctx: BuildContext, node: Cst): Expr {
  const first = buildOperand(ctx, node.child(0));
  const infixes = node.child(1).children;
  if (infixes.length === 0) return first.expr;
  const operands = node.child(2).children;
  const parts: InfixPart[] = [];
  for (const [i, infix] of infixes.entries()) {
    const operand = operands[i];
    if (operand !== undefined) parts.push(buildInfixPart(ctx, infix.child(0), operand));
  }
  return buildInfix(ctx, first, parts);
}

function buildInfixPart(ctx: BuildContext, infix: Cst, operand: Cst): InfixPart {
  const right = buildOperand(ctx, operand);
  const span = ctx.span(infix);
  if (infix.rule !== 'ternary') return { op: ctx.text(infix), span, right };
  return { op: '?', span, right, middle: buildExpression(ctx, infix.child(1)) };
}

function buildOperand(ctx: BuildContext, operand: Cst): Operand {
  const node = operand.child(0);
  const prefix = node.rule === 'operand_before';
  const valueNode = node.child(prefix ? 2 : 1);
  const change = prefix ? node.child(1) : node.optional(2);
  let expr = buildValue(ctx, valueNode);
  if (change !== undefined) {
    const span = ctx.spanOf(prefix ? change.start : valueNode.start, node.end);
    expr = { kind: 'inc-dec', span, op: ctx.text(change) === '++' ? '++' : '--', prefix, target: expr };
  }
  for (const sign of [...node.child(0).children].reverse()) {
    const span = ctx.spanOf(sign.start, node.end);
    expr = { kind: 'unary', span, op: unaryOp(ctx.text(sign)), operand: expr };
  }
  return { expr, start: node.start, end: node.end };
}

function unaryOp(text: string): '-' | '+' | '!' | '~' {
  return text === '-' || text === '+' || text === '!' ? text : '~';
}

/** `&x->y[1]$`: a primary with the members that it leads to. */
function buildValue(ctx: BuildContext, node: Cst): Expr {
  const addressOf = node.optional(0) !== undefined;
  const primary = node.child(1).child(0);
  const base = buildPrimary(ctx, primary);
  const pathNode = node.optional(3)?.child(0);
  const path: Access[] = [];
  const pretty = pathNode === undefined ? undefined : buildPath(ctx, pathNode, path);
  if (!addressOf && path.length === 0 && pretty === undefined) return base;
  const span = ctx.span(node);
  if (primary.rule !== 'primary_group' && hasPath(base)) {
    if (base.pretty !== undefined && node.end > primary.end) afterPretty(ctx, primary);
    return { ...base, span, path, addressOf, ...(pretty === undefined ? {} : { pretty }) };
  }
  if (hasPath(base) && path.length === 0 && pretty === undefined) {
    if (base.addressOf) ctx.error('double-address', span, 'an address has no address');
    return { ...base, span, addressOf };
  }
  if (path.length === 0 && !addressOf) {
    ctx.error(
      'bad-pretty-print',
      span,
      'the $ and $$ marks print a target variable or what a pointer leads to',
    );
    return base;
  }
  return {
    kind: 'autocast',
    span,
    operand: base,
    path,
    addressOf,
    ...(pretty === undefined ? {} : { pretty }),
  };
}

/** Fills `path`; what is returned is the mark that the path ends in. */
function buildPath(ctx: BuildContext, node: Cst, path: Access[]): '$' | '$$' | undefined {
  if (node.rule === 'path_mark') return prettyMark(ctx.text(node));
  let pretty: '$' | '$$' | undefined;
  for (const access of node.child(0).children) {
    if (pretty !== undefined) afterPretty(ctx, access);
    pretty = buildAccess(ctx, access.child(0), path) ?? pretty;
  }
  const mark = node.optional(1);
  if (mark === undefined) return pretty;
  if (pretty !== undefined) afterPretty(ctx, mark);
  return prettyMark(ctx.text(mark));
}

function hasPath(expr: Expr): expr is Extract<Expr, { kind: 'target' | 'cast' | 'at-var' | 'autocast' }> {
  return expr.kind === 'target' || expr.kind === 'cast' || expr.kind === 'at-var' || expr.kind === 'autocast';
}

function afterPretty(ctx: BuildContext, node: Cst): void {
  ctx.error(
    'bad-pretty-print',
    ctx.span(node),
    'nothing can be read from a value that $ or $$ prints as text',
  );
}

function prettyMark(text: string): '$' | '$$' {
  return text === '$' ? '$' : '$$';
}

/** Adds one step to a path; the pretty-printing mark that ends a member's name is what is returned. */
function buildAccess(ctx: BuildContext, node: Cst, path: Access[]): '$' | '$$' | undefined {
  const span = ctx.span(node);
  if (node.rule === 'access_index') {
    path.push({ kind: 'index', index: buildExpression(ctx, node.child(1)), span });
    return undefined;
  }
  const text = ctx.text(node.child(1));
  const marks = /\${1,2}$/.exec(text)?.[0];
  const name = marks === undefined ? text : text.slice(0, -marks.length);
  if (name !== '') path.push({ kind: 'member', name, span });
  return marks === undefined ? undefined : prettyMark(marks);
}

function buildPrimary(ctx: BuildContext, node: Cst): Expr {
  const span = ctx.span(node);
  switch (node.rule) {
    case 'named':
      return buildNamed(ctx, node);
    case 'number':
      return ctx.number(node);
    case 'strings':
      return ctx.string(node);
    case 'target': {
      const text = ctx.text(node);
      const marks = /^\$\$?[^$].*?(\${1,2})$/.exec(text)?.[1];
      const name = marks === undefined ? text : text.slice(0, -marks.length);
      const target = { kind: 'target', span, name, path: [], addressOf: false } as const;
      return marks === undefined ? target : { ...target, pretty: prettyMark(marks) };
    }
    case 'primary_group':
      return buildExpression(ctx, node.child(1));
    case 'aggregation':
      return buildStatistic(ctx, node, node.child(0), node.child(1));
    case 'cast':
    case 'var':
    case 'operator':
      return buildAtOperator(ctx, node);
    case 'histogram': {
      const histogram = buildHistogram(ctx, node);
      if (histogram.kind === 'stat-op') ctx.bareHistograms.add(histogram);
      return histogram;
    }
    case 'membership':
      return buildMembership(ctx, node);
    case 'embeddedValue':
      return { kind: 'embedded-c-expr', span, code: ctx.embedded(node) };
    default:
      throw new RangeError(`no primary expression: ${node.rule}`);
  }
}

/** What prints a whole histogram as its only argument. */
const PRINTS_HISTOGRAMS: ReadonlySet<string> = new Set(['print', 'println', 'sprint', 'sprintln']);

/** Names of the language's own that are always called. */
const PRINTING: ReadonlySet<string> = new Set([
  ...PRINTS_HISTOGRAMS,
  'printd',
  'printdln',
  'printf',
  'sprintd',
  'sprintdln',
  'sprintf',
]);

function buildNamed(ctx: BuildContext, node: Cst): Expr {
  const span = ctx.span(node);
  const suffix = node.optional(1);
  if (suffix === undefined) {
    const identifier = ctx.identifier(node);
    if (PRINTING.has(identifier.name)) {
      ctx.error('print-without-arguments', span, `‘(’ is missing: ${identifier.name} prints its arguments`);
    }
    return identifier;
  }
  if (suffix.rule === 'subscript') {
    return { kind: 'index', span, base: ctx.identifier(node.child(0)), keys: buildSubscript(ctx, suffix) };
  }
  const list = suffix.optional(1);
  const args = list === undefined ? [] : buildList(ctx, list);
  const name = ctx.text(node);
  const [only] = args;
  if (args.length === 1 && only?.kind === 'stat-op' && PRINTS_HISTOGRAMS.has(name)) {
    ctx.bareHistograms.delete(only);
  }
  return { kind: 'call', span, name, args };
}

/** `a, b, c`: a node of an element, its separators and the elements after them. */
export function listNodes(node: Cst, first = 0): readonly Cst[] {
  return [node.child(first), ...node.child(first + 2).children];
}

export function buildList(ctx: BuildContext, node: Cst): readonly Expr[] {
  return listNodes(node).map((element) => buildExpression(ctx, element));
}

/** The keys in brackets; `*` as undefined. */
export function buildSubscript(ctx: BuildContext, node: Cst): readonly (Expr | undefined)[] {
  return listNodes(node, 1).map((key) =>
    key.rule === 'key' && key.child(0).rule === 'key_value'
      ? buildExpression(ctx, key.child(0).child(0))
      : undefined,
  );
}

function buildMembership(ctx: BuildContext, node: Cst): InExpr {
  const keys = buildSubscript(ctx, node.child(0));
  return { kind: 'in', span: ctx.span(node), keys, array: ctx.identifier(node.child(2)) };
}

export function buildHistogram(ctx: BuildContext, node: Cst): StatOp | Index {
  const bucket = node.optional(2);
  const base = buildStatistic(ctx, node, node.child(0), node.child(1));
  if (bucket === undefined) return base;
  return { kind: 'index', span: ctx.span(node), base, keys: [buildExpression(ctx, bucket.child(1))] };
}
