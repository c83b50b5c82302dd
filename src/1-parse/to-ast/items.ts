/** Top-level items. */
import type {
  AliasItem,
  Block,
  EmbeddedC,
  FunctionItem,
  GlobalItem,
  GlobalVariable,
  Item,
  NumberLiteral,
  Parameter,
  StringLiteral,
  TypeName,
} from '../ast.ts';
import type { Cst } from '../cst.ts';
import type { BuildContext } from './context.ts';
import { listNodes } from './expressions.ts';
import { buildPoints } from './points.ts';
import { buildBlock, given } from './statements.ts';

/** The item; `doc` is the comment that stands before it. */
export function buildItem(ctx: BuildContext, item: Cst, doc: string | undefined): Item {
  const node = item.child(0);
  const span = ctx.span(node);
  switch (node.rule) {
    case 'probe': {
      const points = buildPoints(ctx, node.child(1));
      return { kind: 'probe', span, points, body: buildBlock(ctx, node.child(2)), ...given('doc', doc) };
    }
    case 'alias':
      return buildAlias(ctx, node, doc);
    case 'function':
      return buildFunction(ctx, node, doc);
    case 'globals':
      return buildGlobals(ctx, node);
    case 'embeddedItem':
      return { kind: 'embedded-c-item', span, code: ctx.embedded(node) };
    default:
      throw new RangeError(`no item: ${node.rule}`);
  }
}

function buildAlias(ctx: BuildContext, node: Cst, doc: string | undefined): AliasItem {
  const names = node.child(1).children.flatMap((written) => {
    const points = buildPoints(ctx, written);
    if (points.length > 1) {
      ctx.error('bad-alias-name', ctx.span(written), 'the name of an alias has no braces', [
        'Several names stand one behind another: probe a.b = a.c = …',
      ]);
    }
    return points;
  });
  const mode = node.child(2).children.every((sign) => ctx.text(sign) === '=') ? 'prologue' : 'epilogue';
  const epilogue = node.optional(6);
  for (const name of names) {
    if (name.suffix !== undefined || name.condition !== undefined) {
      ctx.error('bad-alias-name', name.span, 'the name of an alias has no ‘?’, no ‘!’ and no condition', [
        'Put them where the alias is used, or behind the probe points it stands for.',
      ]);
    }
  }
  if (epilogue !== undefined && mode === 'epilogue') {
    ctx.error('bad-alias-body', ctx.span(epilogue), 'an alias with ‘+=’ has one body, its epilogue', [
      'Write ‘=’ for an alias with a prologue and an epilogue.',
    ]);
  }
  return {
    kind: 'alias',
    span: ctx.span(node),
    names,
    mode,
    points: buildPoints(ctx, node.child(3)),
    body: buildBlock(ctx, node.child(4)),
    ...given('epilogue', epilogue === undefined ? undefined : buildBlock(ctx, epilogue)),
    ...given('doc', doc),
  };
}

function buildFunction(ctx: BuildContext, node: Cst, doc: string | undefined): FunctionItem {
  const parameters = node.optional(5);
  const priority = node.optional(7);
  const params = parameters === undefined ? [] : listNodes(parameters).map((p) => buildParameter(ctx, p));
  const names = new Map<string, Parameter>();
  for (const param of params) {
    const earlier = names.get(param.name);
    if (earlier !== undefined) {
      ctx.diagnostics.error(
        'duplicate-parameter',
        param.span,
        `this function has two parameters “${param.name}”`,
        {
          notes: [{ message: 'the first is here', span: earlier.span }],
        },
      );
    }
    names.set(param.name, earlier ?? param);
  }
  return {
    kind: 'function',
    span: ctx.span(node),
    name: ctx.text(node.child(2)),
    private: node.optional(0) !== undefined,
    ...given('type', buildType(ctx, node.optional(3))),
    params,
    ...given('priority', priority === undefined ? undefined : buildPriority(ctx, priority)),
    body: buildBody(ctx, node.child(8).child(0)),
    ...given('doc', doc),
  };
}

function buildPriority(ctx: BuildContext, node: Cst): bigint {
  const { value, span } = ctx.number(node.child(1));
  if (value <= 0n) ctx.error('bad-priority', span, 'a priority is greater than 0; 1 comes first');
  return value;
}

function buildBody(ctx: BuildContext, node: Cst): Block | EmbeddedC {
  if (node.rule === 'block') return buildBlock(ctx, node);
  return { kind: 'embedded-c', span: ctx.span(node), code: ctx.embedded(node) };
}

function buildParameter(ctx: BuildContext, node: Cst): Parameter {
  return {
    kind: 'parameter',
    span: ctx.span(node),
    name: ctx.text(node.child(0)),
    ...given('type', buildType(ctx, node.optional(1))),
  };
}

function buildType(ctx: BuildContext, node: Cst | undefined): TypeName | undefined {
  if (node === undefined) return undefined;
  return ctx.text(node.child(1)) === 'string' ? 'string' : 'long';
}

function buildGlobals(ctx: BuildContext, node: Cst): GlobalItem {
  const scope = node.child(0).child(0);
  const variables = listNodes(node, 1).map((variable) => buildGlobal(ctx, variable));
  return { kind: 'global', span: ctx.span(node), private: scope.rule === 'scope_private', variables };
}

function buildGlobal(ctx: BuildContext, node: Cst): GlobalVariable {
  const wrap = node.optional(1) !== undefined;
  const size = node.optional(2);
  const initializer = node.optional(3);
  const init = initializer === undefined ? undefined : buildLiteral(ctx, initializer.child(1));
  if (init !== undefined && (wrap || size !== undefined)) {
    ctx.error('array-initializer', init.span, 'an array cannot be given a first value');
  }
  return {
    kind: 'global-variable',
    span: ctx.span(node),
    name: ctx.text(node.child(0)),
    ...given('size', size === undefined ? undefined : buildSize(ctx, size)),
    wrap,
    ...given('init', init),
  };
}

/** Twice that, the room of the busiest kind of array, is still a C int. */
const MAX_ARRAY_SIZE = 2n ** 28n;

function buildSize(ctx: BuildContext, node: Cst): bigint {
  const { value, span } = ctx.number(node.child(1));
  if (value <= 0n || value > MAX_ARRAY_SIZE) {
    ctx.error('bad-array-size', span, `an array holds from 1 to ${MAX_ARRAY_SIZE} entries`);
  }
  return value;
}

export function buildLiteral(ctx: BuildContext, node: Cst): NumberLiteral | StringLiteral {
  const literal = node.child(0);
  return literal.rule === 'strings' ? ctx.string(literal) : ctx.number(literal);
}
