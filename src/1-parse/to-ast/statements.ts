/** Statements. */
import type {
  Block,
  Expr,
  ForeachSort,
  ForeachStatement,
  Identifier,
  Index,
  Span,
  Statement,
  StatOp,
} from '../ast.ts';
import type { Cst } from '../cst.ts';
import type { BuildContext } from './context.ts';
import { buildExpression, buildHistogram, buildSubscript, listNodes } from './expressions.ts';

export function buildBlock(ctx: BuildContext, node: Cst): Block {
  const body = node.child(0);
  const parsed = ctx.token(body.start).block;
  if (parsed !== undefined) return parsed;
  return { kind: 'block', span: ctx.span(node), statements: buildStatements(ctx, body.child(1)) };
}

/** The statements of a repetition. */
export function buildStatements(ctx: BuildContext, repetition: Cst): readonly Statement[] {
  return repetition.children.map((statement) => buildStatement(ctx, statement));
}

function buildStatement(ctx: BuildContext, wrapper: Cst): Statement {
  const node = wrapper.child(0);
  const span = ctx.span(node);
  switch (node.rule) {
    case 'statement_expression':
      return { kind: 'expr-statement', span, expr: buildExpression(ctx, node.child(0)) };
    case 'block':
      return buildBlock(ctx, node);
    case 'if':
      return buildIf(ctx, node);
    case 'while':
      return {
        kind: 'while',
        span,
        condition: buildExpression(ctx, node.child(2)),
        body: buildStatement(ctx, node.child(4)),
      };
    case 'for':
      return {
        kind: 'for',
        span,
        ...given('init', optionalExpression(ctx, node, 2)),
        ...given('condition', optionalExpression(ctx, node, 4)),
        ...given('step', optionalExpression(ctx, node, 6)),
        body: buildStatement(ctx, node.child(8)),
      };
    case 'foreach':
      return buildForeach(ctx, node);
    case 'return':
      return { kind: 'return', span, ...given('value', optionalExpression(ctx, node, 1)) };
    case 'delete':
      return { kind: 'delete', span, target: buildExpression(ctx, node.child(1)) };
    case 'try': {
      const caught = node.optional(3);
      const name = caught === undefined ? undefined : ctx.identifier(caught.child(1));
      const body = buildBlock(ctx, node.child(1));
      return { kind: 'try', span, body, ...given('name', name), handler: buildBlock(ctx, node.child(4)) };
    }
    case 'next':
    case 'break':
    case 'continue':
    case 'empty':
      return { kind: node.rule, span };
    case 'embedded':
      return { kind: 'embedded-c', span, code: ctx.embedded(node) };
    default:
      throw new RangeError(`no statement: ${node.rule}`);
  }
}

/** A property that is there only when it has a value. */
export function given<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  const property: { [P in K]?: T } = {};
  if (value !== undefined) property[name] = value;
  return property;
}

function optionalExpression(ctx: BuildContext, node: Cst, i: number): Expr | undefined {
  const expression = node.optional(i);
  return expression === undefined ? undefined : buildExpression(ctx, expression);
}

/** The chain of `else if` is flat in the grammar, for it may be long; here it nests. */
function buildIf(ctx: BuildContext, node: Cst): Statement {
  const final = node.optional(6);
  let otherwise = final === undefined ? undefined : buildStatement(ctx, final.child(1));
  for (const elseIf of [...node.child(5).children].reverse()) {
    otherwise = {
      kind: 'if',
      span: ctx.spanOf(elseIf.start + 1, node.end),
      condition: buildExpression(ctx, elseIf.child(3)),
      // biome-ignore lint/suspicious/noThenProperty: the field is what the language calls it
      then: buildStatement(ctx, elseIf.child(5)),
      ...given('else', otherwise),
    };
  }
  return {
    kind: 'if',
    span: ctx.span(node),
    condition: buildExpression(ctx, node.child(2)),
    // biome-ignore lint/suspicious/noThenProperty: the field is what the language calls it
    then: buildStatement(ctx, node.child(4)),
    ...given('else', otherwise),
  };
}

interface SortMark {
  readonly sort: ForeachSort;
  readonly span: Span;
}

function buildForeach(ctx: BuildContext, node: Cst): ForeachStatement {
  const marks: SortMark[] = [];
  const value = node.optional(2);
  const valueName = value === undefined ? undefined : buildLoopVariable(ctx, value.child(0), 0, marks);
  const keys = node.child(3).child(0);
  const keyNodes = keys.rule === 'loopKeys_several' ? listNodes(keys, 1) : [keys.child(0)];
  const keyNames = keyNodes.map((key, i) => buildLoopVariable(ctx, key, i + 1, marks));
  const { array, slice } = buildWalked(ctx, node.child(5).child(0));
  const order = node.optional(6);
  if (order !== undefined) marks.push(buildLoopOrder(ctx, order.child(0)));
  const limit = node.optional(7);
  for (const mark of marks.slice(1)) {
    ctx.error('several-sort-directions', mark.span, 'a foreach can be sorted by one thing alone');
  }
  return {
    kind: 'foreach',
    span: ctx.span(node),
    ...given('value', valueName),
    keys: keyNames,
    array,
    slice,
    ...given('sort', marks[0]?.sort),
    ...given('limit', limit === undefined ? undefined : buildExpression(ctx, limit.child(1))),
    body: buildStatement(ctx, node.child(9)),
  };
}

function buildLoopVariable(ctx: BuildContext, node: Cst, column: number, marks: SortMark[]): Identifier {
  const direction = node.optional(1);
  if (direction !== undefined) {
    marks.push({ sort: { column, direction: directionOf(ctx, direction) }, span: ctx.span(direction) });
  }
  return ctx.identifier(node.child(0));
}

function buildLoopOrder(ctx: BuildContext, node: Cst): SortMark {
  const span = ctx.span(node);
  if (node.rule === 'loopOrder_plain') {
    return { sort: { column: 0, direction: directionOf(ctx, node.child(0)) }, span };
  }
  const direction = directionOf(ctx, node.child(1));
  return { sort: { column: 0, direction, ...given('by', aggregateOf(ctx.text(node.child(0)))) }, span };
}

function aggregateOf(text: string): ForeachSort['by'] {
  switch (text) {
    case '@count':
    case '@sum':
    case '@min':
    case '@max':
    case '@avg':
    case '@variance':
      return AGGREGATE_NAMES[text];
    default:
      return undefined;
  }
}

const AGGREGATE_NAMES = {
  '@count': 'count',
  '@sum': 'sum',
  '@min': 'min',
  '@max': 'max',
  '@avg': 'avg',
  '@variance': 'variance',
} as const;

function directionOf(ctx: BuildContext, node: Cst): ForeachSort['direction'] {
  return ctx.text(node) === '+' ? 'ascending' : 'descending';
}

interface Walked {
  readonly array: Identifier | Index | StatOp;
  readonly slice: readonly (Expr | undefined)[];
}

function buildWalked(ctx: BuildContext, node: Cst): Walked {
  if (node.rule === 'walked_histogram') return { array: buildHistogram(ctx, node.child(0)), slice: [] };
  const slice = node.optional(1);
  return {
    array: ctx.identifier(node.child(0)),
    slice: slice === undefined ? [] : buildSubscript(ctx, slice),
  };
}
