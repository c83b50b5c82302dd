/** The `@` operators: statistics, casts and the rest. */
import type { AtOp, Expr, NumberLiteral, Span, StatOp, StatOpName } from '../ast.ts';
import type { Cst } from '../cst.ts';
import type { BuildContext } from './context.ts';
import { buildExpression, buildList, listNodes } from './expressions.ts';

/** How many numbers may follow the statistic, least and most. */
const STATISTICS: Readonly<Record<StatOpName, readonly [number, number]>> = {
  count: [0, 0],
  sum: [0, 0],
  min: [0, 0],
  max: [0, 0],
  avg: [0, 0],
  variance: [0, 1],
  hist_log: [0, 0],
  hist_linear: [3, 3],
};

function isStatistic(name: string): name is StatOpName {
  return Object.hasOwn(STATISTICS, name);
}

/** `@op(stat, numbers…)`. */
export function buildStatistic(ctx: BuildContext, node: Cst, operator: Cst, list: Cst): StatOp {
  const text = ctx.text(operator);
  const op = text.slice(1);
  if (!isStatistic(op)) throw new RangeError(`no statistic: ${op}`);
  const stat = buildExpression(ctx, list.child(1));
  const params: readonly NumberLiteral[] = list.child(3).children.map((number) => ctx.number(number));
  const [least, most] = STATISTICS[op];
  const span = ctx.spanOf(operator.start, list.end);
  if (params.length < least || params.length > most) {
    const usage = op === 'hist_linear' ? '@hist_linear(x, low, high, width)' : `${text}(x)`;
    ctx.error('wrong-operator-arguments', ctx.span(node), `${text} is written ${usage}`);
  }
  return { kind: 'stat-op', span, op, stat, params };
}

export function buildAtOperator(ctx: BuildContext, node: Cst): Expr {
  const span = ctx.span(node);
  switch (node.rule) {
    case 'cast': {
      const operand = buildExpression(ctx, node.child(2));
      const type = ctx.string(node.child(4)).value;
      if (type === '') ctx.error('expected-string', ctx.span(node.child(4)), 'the name of a type is missing');
      const module = node.optional(6);
      const path = { path: [], addressOf: false } as const;
      if (module === undefined) return { kind: 'cast', span, operand, type, ...path };
      return { kind: 'cast', span, operand, type, module: ctx.string(module).value, ...path };
    }
    case 'var': {
      const name = ctx.string(node.child(2)).value;
      const module = node.optional(4);
      const path = { path: [], addressOf: false } as const;
      if (module === undefined) return { kind: 'at-var', span, name, ...path };
      return { kind: 'at-var', span, name, module: ctx.string(module).value, ...path };
    }
    default:
      return buildOperator(ctx, node, span);
  }
}

type Argument = 'expression' | 'string' | 'number';

const OPERATORS: Readonly<Record<AtOp['op'], readonly Argument[]>> = {
  entry: ['expression'],
  defined: ['expression'],
  choose_defined: ['expression', 'expression'],
  const: ['string'],
  enum: ['string'],
  perf: ['string'],
  probewrite: ['expression'],
  kderef: ['number', 'expression'],
  uderef: ['number', 'expression'],
  kregister: ['number'],
  uregister: ['number'],
};

/** What reads any memory or register, or puts C into the module. */
const NEEDS_GURU: ReadonlySet<string> = new Set(['const', 'kderef', 'uderef', 'kregister', 'uregister']);

function isOperator(name: string): name is AtOp['op'] {
  return Object.hasOwn(OPERATORS, name);
}

function buildOperator(ctx: BuildContext, node: Cst, span: Span): Expr {
  const op = ctx.text(node.child(0)).slice(1);
  if (!isOperator(op)) throw new RangeError(`no operator: @${op}`);
  if (NEEDS_GURU.has(op)) ctx.needsGuru(ctx.span(node.child(0)), `@${op}`);
  const expected = OPERATORS[op];
  const nodes = listNodes(node.child(2));
  const args = buildList(ctx, node.child(2));
  const plural = expected.length === 1 ? '' : 's';
  if (nodes.length !== expected.length) {
    const message = `@${op} takes ${expected.length} argument${plural}, not ${nodes.length}`;
    ctx.error('wrong-operator-arguments', span, message);
  }
  for (const [i, kind] of expected.entries()) {
    const arg = args[i];
    if (arg !== undefined && kind !== 'expression' && arg.kind !== kind) {
      ctx.error('wrong-operator-arguments', arg.span, `argument ${i + 1} of @${op} is a literal ${kind}`);
    }
  }
  return { kind: 'at-op', span, op, args };
}
