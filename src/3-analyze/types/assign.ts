/** Inference over everything that stores. */
import type { Assign, Expr, IncDec } from '../../1-parse/ast.ts';
import { find, type TypeClass } from './classes.ts';
import { inferAs, inferExpr, inferValue, long, reportedClass, string } from './exprs.ts';
import type { Inference } from './infer.ts';
import { describe } from './words.ts';

export function assign(inf: Inference, expr: Assign): TypeClass {
  const { op, target, value } = expr;
  if (inf.input.elided.has(target)) return inferValue(inf, value);
  if (op === '<<<') return accumulate(inf, expr);
  const stored = targetClass(inf, expr);
  if (op === '=') {
    const own = inferValue(inf, value);
    inf.unify(
      expr.span,
      stored,
      own,
      (was, is) => `${describe(target)} is ${was}, and ${is} is assigned to it`,
    );
    return stored;
  }
  const type = op === '.=' ? 'string' : 'long';
  inf.settle(target, stored, type, `the left side of "${op}"`);
  inferAs(inf, value, type, `the right side of "${op}"`);
  return type === 'string' ? string(expr, `the result of "${op}"`) : long(expr, `the result of "${op}"`);
}

export function incDec(inf: Inference, expr: IncDec): TypeClass {
  inf.settle(expr.target, targetClass(inf, expr), 'long', `the operand of "${expr.op}"`);
  return long(expr, `the result of "${expr.op}"`);
}

/** `<<<`: a sample for a global statistic. */
function accumulate(inf: Inference, expr: Assign): TypeClass {
  const { target, value } = expr;
  const result = long(expr, 'the result of "<<<"');
  inferAs(inf, value, 'long', 'a sample of a statistic');
  if (target.kind === 'identifier' && inf.input.symbols.get(target)?.kind === 'local') {
    reportLocal(inf, target, inferExpr(inf, target));
  } else if (target.kind === 'identifier' || target.kind === 'index') {
    inf.settle(target, inferExpr(inf, target), 'stats', 'the left side of "<<<"');
  } else {
    inf.error('not-assignable', target.span, 'the left side of "<<<" must be a global or an element of one');
  }
  return result;
}

/** A local used as a statistic: told once. */
export function reportLocal(
  inf: Inference,
  local: Extract<Expr, { readonly kind: 'identifier' }>,
  of: TypeClass,
): void {
  const root = find(of);
  if (root.reported) return;
  root.reported = true;
  const { name } = local;
  inf.error('local-statistic', local.span, `"${name}" is local; statistics are kept in globals`, [
    `declare it with \`global ${name}\` outside of the probe`,
  ]);
}

/** The class of what is assigned to; what cannot be is reported. */
function targetClass(inf: Inference, expr: Assign | IncDec): TypeClass {
  const { target } = expr;
  if (isPlace(target)) return inferExpr(inf, target);
  inf.error(
    'not-assignable',
    target.span,
    `the ${expr.kind === 'assign' ? 'left side' : 'operand'} of "${expr.op}" cannot be assigned to`,
    ['only variables, elements of arrays and, in guru mode, values of the kernel can be'],
  );
  return inf.record(target, reportedClass());
}

function isPlace(target: Expr): boolean {
  switch (target.kind) {
    case 'identifier':
    case 'target':
    case 'cast':
    case 'at-var':
    case 'autocast':
      return true;
    case 'index':
      return target.base.kind === 'identifier';
    default:
      return false;
  }
}
