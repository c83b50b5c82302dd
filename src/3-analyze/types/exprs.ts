/** Inference over expressions. */
import type { AtOp, Binary, Call, Expr, Identifier, Index, InExpr, StatOp } from '../../1-parse/ast.ts';
import { overloadsOf } from '../calls.ts';
import { inferPrint } from '../formats/infer.ts';
import { printerNamed } from '../formats/names.ts';
import { isString } from '../pragmas.ts';
import { assign, incDec, reportLocal } from './assign.ts';
import { find, freshClass, setPointer, type TypeClass } from './classes.ts';
import type { Inference } from './infer.ts';

/** The class of an expression whose value is needed. */
export function inferValue(inf: Inference, expr: Expr): TypeClass {
  const of = inferExpr(inf, expr);
  inf.uses.push({ expr, of, unit: inf.unit });
  return of;
}

/** Infers a value and settles its type; `role` names what needs it: `an operand of "+"`. */
export function inferAs(inf: Inference, expr: Expr, type: 'long' | 'string', role: string): void {
  inf.settle(expr, inferValue(inf, expr), type, role);
}

/** The class of an expression that may be a statistic, or a call that yields nothing. */
export function inferExpr(inf: Inference, expr: Expr): TypeClass {
  return inf.record(expr, classOf(inf, expr));
}

export function long(expr: Expr, why: string): TypeClass {
  return freshClass('long', { span: expr.span, why });
}

export function string(expr: Expr, why: string): TypeClass {
  return freshClass('string', { span: expr.span, why });
}

function classOf(inf: Inference, expr: Expr): TypeClass {
  switch (expr.kind) {
    case 'number':
      return long(expr, 'the number');
    case 'string':
      return string(expr, 'the string');
    case 'identifier':
      return identifier(inf, expr);
    case 'index':
      return index(inf, expr);
    case 'call':
      return call(inf, expr);
    case 'unary':
      inferAs(inf, expr.operand, 'long', `the operand of "${expr.op}"`);
      return long(expr, `the result of "${expr.op}"`);
    case 'binary':
      return binary(inf, expr);
    case 'ternary':
      return ternary(inf, expr);
    case 'assign':
      return assign(inf, expr);
    case 'inc-dec':
      return incDec(inf, expr);
    case 'in':
      return membership(inf, expr);
    case 'regex-match':
      inferAs(inf, expr.subject, 'string', 'what a pattern is matched with');
      inferExpr(inf, expr.pattern);
      return long(expr, 'the result of a match');
    case 'stat-op':
      return statOp(inf, expr);
    case 'target':
    case 'at-var':
      inferIndices(inf, expr.path);
      return kernelValue(inf, expr);
    case 'cast':
      inferAs(inf, expr.operand, 'long', 'the address in @cast');
      inferIndices(inf, expr.path);
      return kernelValue(inf, expr);
    case 'autocast':
      inferAs(inf, expr.operand, 'long', 'what "->" follows');
      inferIndices(inf, expr.path);
      return kernelValue(inf, expr);
    case 'at-op':
      return atOp(inf, expr);
    case 'embedded-c-expr':
      return isString(expr.code) ? string(expr, 'the C expression') : long(expr, 'the C expression');
  }
}

function inferIndices(inf: Inference, path: Extract<Expr, { readonly kind: 'target' }>['path']): void {
  for (const access of path) {
    if (access.kind === 'index') inferAs(inf, access.index, 'long', 'an index');
  }
}

function kernelValue(inf: Inference, expr: Expr): TypeClass {
  if (inf.input.isText(expr)) return string(expr, 'the text of a kernel value');
  const of = long(expr, 'a kernel value');
  setPointer(of, inf.input.cTypeOf(expr));
  return of;
}

function identifier(inf: Inference, expr: Identifier): TypeClass {
  const resolved = inf.input.symbols.get(expr);
  if (resolved?.kind === 'global') {
    const keys = inf.keysOf(resolved.global, 0, expr.span);
    const classes = inf.input.variables.globals.get(resolved.global);
    return keys === undefined || classes === undefined ? reportedClass() : classes.value;
  }
  return inf.local(expr.name);
}

/** Stands for what an error has been reported about: fits everything, once. */
export function reportedClass(): TypeClass {
  const of = freshClass();
  of.reported = true;
  return of;
}

function index(inf: Inference, expr: Index): TypeClass {
  if (expr.base.kind === 'stat-op') {
    statistic(inf, expr.base);
    for (const key of expr.keys) if (key) inferAs(inf, key, 'long', 'the number of a bucket');
    return long(expr, 'the count of a bucket');
  }
  const value = element(inf, expr.base, expr.keys);
  if (expr.keys.some((k) => k === undefined)) {
    inf.error('wildcard-key', expr.span, 'a * stands for many entries; it has no value', [
      `a * may stand in \`delete ${expr.base.name}[…]\` and in \`foreach (… in ${expr.base.name}[…])\``,
    ]);
  }
  return value;
}

/** The class of `base[keys]`; a key that is `*` is left open. */
export function element(inf: Inference, base: Identifier, keys: readonly (Expr | undefined)[]): TypeClass {
  const resolved = inf.input.symbols.get(base);
  const classes = resolved?.kind === 'global' ? inf.input.variables.globals.get(resolved.global) : undefined;
  const expected =
    resolved?.kind === 'global' ? inf.keysOf(resolved.global, keys.length, base.span) : undefined;
  keys.forEach((key, i) => {
    if (key === undefined) return;
    const own = inferValue(inf, key);
    const settled = expected?.[i];
    if (settled === undefined) return;
    const which = keys.length === 1 ? 'the key' : `key ${i + 1}`;
    if (find(settled).evidence === undefined && find(settled).type === undefined) {
      inf.unify(key.span, settled, own, () => '');
      return;
    }
    inf.unify(key.span, settled, own, (was, is) => `${which} of "${base.name}" is ${was}, not ${is}`);
  });
  if (classes === undefined || expected === undefined) {
    // Phase 2 has told of an array that is not global.
    return reportedClass();
  }
  inf.record(base, classes.value);
  return classes.value;
}

function call(inf: Inference, expr: Call): TypeClass {
  const resolved = inf.input.symbols.get(expr);
  if (resolved?.kind === 'builtin') {
    const printer = printerNamed(expr.name);
    if (printer !== undefined) return inferPrint(inf, expr, printer);
  }
  const overloads = overloadsOf(expr, inf.input.symbols, inf.input.elided);
  const args = expr.args.map((arg) => inferValue(inf, arg));
  const [first] = overloads;
  // Those that no `next` leads to, too: they are one function by name.
  const rest = resolved?.kind === 'function' ? resolved.overloads.filter((fn) => fn !== first) : [];
  const own = first === undefined ? undefined : inf.input.variables.functions.get(first);
  if (own === undefined) return reportedClass();
  for (const other of rest) {
    const also = inf.input.variables.functions.get(other);
    if (also === undefined) continue;
    inf.unify(
      other.item.span,
      own.returns,
      also.returns,
      (was, is) => `one overload of "${expr.name}" returns ${was}, this one ${is}`,
    );
    also.params.forEach((param, i) => {
      const mine = own.params[i];
      if (mine === undefined) return;
      inf.unify(other.item.span, mine, param, (was, is) => {
        return `parameter ${i + 1} of "${expr.name}" is ${was} in one overload and ${is} in this one`;
      });
    });
  }
  args.forEach((arg, i) => {
    const param = own.params[i];
    const written = expr.args[i];
    const name = first?.item.params[i]?.name ?? '';
    if (param === undefined || written === undefined) return;
    inf.unify(written.span, param, arg, (was, is) => {
      return `the parameter "${name}" of "${expr.name}" is ${was}, not ${is}`;
    });
  });
  return own.returns;
}

const comparisons: ReadonlySet<Binary['op']> = new Set(['<', '>', '<=', '>=', '==', '!=']);

function binary(inf: Inference, expr: Binary): TypeClass {
  const { op, left, right } = expr;
  const result = `the result of "${op}"`;
  if (comparisons.has(op)) {
    sameType(inf, left, right, op);
    return long(expr, result);
  }
  const type = op === '.' ? 'string' : 'long';
  const role = `an operand of "${op}"`;
  inferAs(inf, left, type, role);
  if (!inf.input.elided.has(right)) inferAs(inf, right, type, role);
  return type === 'string' ? string(expr, result) : long(expr, result);
}

/** Compared values have one type, but what they point to may differ: they are not made one class where both are known. */
function sameType(inf: Inference, left: Expr, right: Expr, op: string): void {
  const a = inferValue(inf, left);
  const b = inferValue(inf, right);
  const role = `the other side of "${op}"`;
  const leftType = find(a).type;
  const rightType = find(b).type;
  if (leftType === undefined && rightType === undefined) {
    inf.unify(right.span, a, b, () => '');
  } else if (leftType === undefined && rightType !== undefined) inf.settle(left, a, rightType, role);
  else if (leftType !== undefined) inf.settle(right, b, leftType, role);
}

function ternary(inf: Inference, expr: Extract<Expr, { readonly kind: 'ternary' }>): TypeClass {
  const { elided } = inf.input;
  inferAs(inf, expr.condition, 'long', 'a condition');
  if (elided.has(expr.then)) return inferValue(inf, expr.else);
  const then = inferValue(inf, expr.then);
  if (elided.has(expr.else)) return then;
  const otherwise = inferValue(inf, expr.else);
  inf.unify(
    expr.else.span,
    then,
    otherwise,
    (was, is) => `"?:" has ${was} before the colon and ${is} behind it`,
  );
  return then;
}

function membership(inf: Inference, expr: InExpr): TypeClass {
  const { array, keys } = expr;
  if (array.kind === 'identifier') element(inf, array, keys);
  else {
    statistic(inf, array);
    for (const key of keys) if (key !== undefined) inferAs(inf, key, 'long', 'the number of a bucket');
  }
  return long(expr, 'the result of "in"');
}

/** The operand of an `@` extractor. */
export function statistic(inf: Inference, expr: StatOp): void {
  const { stat } = expr;
  const role = `the argument of @${expr.op}`;
  if (stat.kind === 'identifier' && inf.input.symbols.get(stat)?.kind === 'local') {
    const of = inferExpr(inf, stat);
    if (find(of).type !== undefined) inf.settle(stat, of, 'stats', role);
    else reportLocal(inf, stat, of);
    return;
  }
  inf.settle(stat, inferExpr(inf, stat), 'stats', role);
}

function statOp(inf: Inference, expr: StatOp): TypeClass {
  statistic(inf, expr);
  if (expr.op === 'hist_log' || expr.op === 'hist_linear') {
    inf.error('histogram-as-value', expr.span, `@${expr.op} is a whole histogram, not a value`, [
      `print(@${expr.op}(…)) prints it, @${expr.op}(…)[n] is the count of a bucket, foreach walks the buckets`,
    ]);
    return reportedClass();
  }
  return long(expr, `the result of @${expr.op}`);
}

function atOp(inf: Inference, expr: AtOp): TypeClass {
  switch (expr.op) {
    case 'defined':
    case 'const':
    case 'enum':
      return long(expr, `the result of @${expr.op}`);
    case 'choose_defined': {
      const live = expr.args.find((a) => !inf.input.elided.has(a));
      return live === undefined ? reportedClass() : inferValue(inf, live);
    }
    case 'entry': {
      const [value] = expr.args;
      return value === undefined ? reportedClass() : inferValue(inf, value);
    }
    case 'kderef':
    case 'uderef':
    case 'kregister':
    case 'uregister':
      for (const arg of expr.args) inferAs(inf, arg, 'long', `an argument of @${expr.op}`);
      return long(expr, `the result of @${expr.op}`);
    case 'perf':
    case 'probewrite':
      for (const arg of expr.args) inferExpr(inf, arg);
      return long(expr, `the result of @${expr.op}`);
  }
}
