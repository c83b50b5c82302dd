/** Probe points, with their braces expanded. */
import type { Expr, PointComponent, ProbePoint } from '../ast.ts';
import type { Cst } from '../cst.ts';
import type { BuildContext } from './context.ts';
import { buildExpression, listNodes } from './expressions.ts';
import { buildLiteral } from './items.ts';
import { given } from './statements.ts';

/** More than this from one list of points is taken for a mistake. */
const MAX_POINTS = 10_000;

interface Alternative {
  readonly components: readonly PointComponent[];
  readonly suffix?: '?' | '!';
  readonly condition?: Expr;
}

/** The points of a `points` or `point` node. */
export function buildPoints(ctx: BuildContext, node: Cst): readonly ProbePoint[] {
  const nodes = node.rule === 'points' ? listNodes(node) : [node];
  return nodes.flatMap((point) => {
    const span = ctx.span(point);
    return expand(ctx, point).map(
      (alternative): ProbePoint => ({ kind: 'probe-point', span, ...alternative }),
    );
  });
}

function expand(ctx: BuildContext, node: Cst): readonly Alternative[] {
  let alternatives: readonly Alternative[] = [{ components: [] }];
  for (const component of listNodes(node)) {
    if (alternatives.some((head) => head.suffix !== undefined || head.condition !== undefined)) {
      const message = 'a ‘?’, a ‘!’ or a condition ends a probe point; nothing can follow';
      ctx.error('bad-point-suffix', ctx.span(component), message);
      break;
    }
    const steps = expandComponent(ctx, component.child(0));
    if (alternatives.length * steps.length > MAX_POINTS) {
      ctx.error('too-many-points', ctx.span(node), `the braces make more than ${MAX_POINTS} probe points`);
      return [];
    }
    alternatives = alternatives.flatMap((head) => steps.map((step) => join(head, step)));
  }
  const suffix = node.optional(3);
  const condition = node.optional(4);
  const outer: Alternative = {
    components: [],
    ...given('suffix', suffix === undefined ? undefined : suffixOf(ctx, suffix)),
    ...given('condition', condition === undefined ? undefined : buildExpression(ctx, condition.child(2))),
  };
  return outer.suffix === undefined && outer.condition === undefined
    ? alternatives
    : alternatives.map((alternative) => join(alternative, outer));
}

function suffixOf(ctx: BuildContext, node: Cst): '?' | '!' {
  return ctx.text(node) === '?' ? '?' : '!';
}

function expandComponent(ctx: BuildContext, node: Cst): readonly Alternative[] {
  if (node.rule === 'component_group') return listNodes(node.child(1)).flatMap((point) => expand(ctx, point));
  const argument = node.optional(1);
  const component: PointComponent = {
    kind: 'point-component',
    span: ctx.span(node),
    name: ctx.text(node.child(0)),
    ...given('arg', argument === undefined ? undefined : buildLiteral(ctx, argument.child(1))),
  };
  return [{ components: [component] }];
}

/** What stands further out decides the suffix; of two conditions both must hold. */
function join(a: Alternative, b: Alternative): Alternative {
  return {
    components: a.components.concat(b.components),
    ...given('suffix', b.suffix ?? a.suffix),
    ...given('condition', both(a.condition, b.condition)),
  };
}

function both(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { kind: 'binary', span: b.span, op: '&&', left: a, right: b };
}
