/** Elements of arrays: reading, assigning, changing, testing, deleting. */
import type { BinaryOp, DeleteStatement, Expr, Identifier, Index, InExpr, Span } from '../1-parse/ast.ts';
import { isHere, statisticOf } from './accumulate.ts';
import { arithmetic, directOp } from './arithmetic.ts';
import { binary, call, EMPTY_TEXT, HIT, name, num, run, set, unary, unlikely } from './build.ts';
import { bothReads, NO_READS, READS_STATE } from './effects.ts';
import { type GlobalInfo, givenKeys } from './globals.ts';
import { keep, operand, operands } from './operands.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';
import { mapAddHere } from './spelling.ts';
import { clearPlace, placeOf } from './variables.ts';

const NOTHING: Lowered = plain(num(0), 'int', NO_READS);

export interface Element {
  readonly info: GlobalInfo;
  readonly keys: readonly Expr[];
}

export function arrayOf(scope: Scope, node: Identifier): GlobalInfo {
  const resolved = scope.module.checked.symbols.get(node);
  if (resolved?.kind !== 'global') throw new Error(`${node.name} is not an array`);
  return scope.module.globals.info(resolved.global);
}

/** An element all of whose keys are given. */
export function elementOf(scope: Scope, node: Index): Element {
  if (node.base.kind !== 'identifier') throw new Error('a histogram bucket is no element');
  const keys = node.keys.filter((k) => k !== undefined);
  return { info: arrayOf(scope, node.base), keys };
}

/** `a[k]` as a value; for a statistic a pointer to it, for its readers. */
export function readElement(scope: Scope, node: Index): Lowered {
  const { info, keys } = elementOf(scope, node);
  const type = info.checked.type === 'string' ? 'string' : 'long';
  const entry = scope.body.entryOf(
    info.id,
    keys.map((key) => localName(scope, key)),
  );
  if (entry !== undefined) return plain(call(`map_${info.id}_value`, entry), type, READS_STATE);
  const lowered = operands(scope, keys);
  const reads = lowered.reduce((all, l) => bothReads(all, l.reads), READS_STATE);
  const value = call(`map_${info.id}_get`, ...lowered.map((l) => l.value));
  return plain(value, type, reads);
}

/** The local variable that an expression is; empty for any other. */
function localName(scope: Scope, expr: Expr): string {
  const resolved = expr.kind === 'identifier' ? scope.module.checked.symbols.get(expr) : undefined;
  return resolved?.kind === 'local' ? resolved.name : '';
}

/** `a[k] = value`. */
export function setElement(scope: Scope, node: Index, value: Expr, wanted: boolean): Lowered {
  const { info, keys } = elementOf(scope, node);
  const lowered = operands(scope, [...keys, value]);
  const last = lowered.at(-1) ?? NOTHING;
  const result = wanted && last.reads.state ? keep(scope, last) : last;
  const args = [...lowered.slice(0, -1), result].map((l) => l.value);
  const step = run(call(`map_${info.id}_set`, HIT, whereOf(scope, node.span), ...args));
  scope.body.emit(step, { fails: true });
  return result;
}

/** `a[k] op= value`, `a[k]++`; which of its values is the result. */
export function changeElement(
  scope: Scope,
  node: Index,
  op: BinaryOp,
  value: Expr | undefined,
  result: 'none' | 'old' | 'new',
  span: Span,
): Lowered {
  const { info, keys } = elementOf(scope, node);
  const lowered = operands(scope, value === undefined ? keys : [...keys, value]);
  const keyArgs = lowered.slice(0, keys.length).map((l) => l.value);
  const amount = lowered[keys.length] ?? plain(num(1), 'int', NO_READS);
  const where = whereOf(scope, span);
  if (op === '.') {
    const step = run(call(`map_${info.id}_append`, HIT, where, ...keyArgs, amount.value));
    scope.body.emit(step, { fails: true });
    return result === 'none' ? NOTHING : plain(call(`map_${info.id}_get`, ...keyArgs), 'string', READS_STATE);
  }
  if (op === '+' || op === '-') {
    const added = op === '+' ? amount.value : negative(amount.value);
    if (result === 'none' && isHere(scope, info)) {
      const step = run(call(mapAddHere(info.id), HIT, where, ...keyArgs, added));
      scope.body.emit(step, { fails: true });
      return NOTHING;
    }
    const sum = call(`map_${info.id}_add`, HIT, where, ...keyArgs, added);
    if (result === 'none') {
      scope.body.emit(run(sum), { fails: true });
      return NOTHING;
    }
    const after: Lowered = { value: sum, type: 'long', reads: READS_STATE, now: true, fails: true };
    if (result === 'new') return after;
    const kept = keep(scope, after);
    return plain(binary('-', kept.value, added), 'long', NO_READS);
  }
  return changeInPlace(scope, info, keyArgs, op, amount, where, result);
}

/** Through a pointer to the value, for what has no function of its own. */
function changeInPlace(
  scope: Scope,
  info: GlobalInfo,
  keys: readonly Value[],
  op: BinaryOp,
  amount: Lowered,
  where: Value,
  result: 'none' | 'old' | 'new',
): Lowered {
  const at = scope.body.variable({ type: 's64 *', name: 'at', suffix: '' });
  const place = unary('*', at);
  scope.body.emit(set(at, call(`map_${info.id}_at`, HIT, where, ...keys)));
  scope.body.emit(unlikely(unary('!', at), [{ kind: 'leave', to: scope.body.failure }]));
  const current = plain(place, 'long', READS_STATE);
  const old = result === 'old' ? keep(scope, current) : undefined;
  const direct = directOp(op);
  if (direct !== undefined) scope.body.emit(set(place, amount.value, direct));
  else {
    const changed = arithmetic(op, current, amount, () => where);
    const settled = changed.fails ? keep(scope, changed) : changed;
    scope.body.emit(set(place, settled.value));
  }
  if (result === 'none') return NOTHING;
  // The place is used again by the next such change.
  return old ?? keep(scope, current);
}

/** Of a literal the literal. */
export function negative(value: Value): Value {
  return value.kind === 'number' ? num(-BigInt(value.text)) : unary('-', value);
}

/** The keys of a slice as arguments: what stands for one that is not given has the type of the key. */
export function sliceArguments(
  scope: Scope,
  info: GlobalInfo,
  keys: readonly (Expr | undefined)[],
): Lowered[] {
  const given = operands(
    scope,
    keys.filter((k) => k !== undefined),
  );
  let next = 0;
  return keys.map((key, i) => {
    if (key !== undefined) return given[next++] ?? NOTHING;
    return info.checked.keys[i] === 'string' ? plain(EMPTY_TEXT, 'string', NO_READS) : NOTHING;
  });
}

/** `[k] in a`. */
export function lowerIn(scope: Scope, given: InExpr['keys'], array: Identifier): Lowered {
  const info = arrayOf(scope, array);
  const keys = sliceArguments(scope, info, given);
  const args = keys.map((k) => k.value);
  const reads = keys.reduce((all, k) => bothReads(all, k.reads), READS_STATE);
  const value = given.includes(undefined)
    ? call(`map_${info.id}_has_slice`, givenKeys(given), ...args)
    : call(`map_${info.id}_has`, ...args);
  return plain(value, 'int', reads);
}

export function lowerDelete(scope: Scope, { target }: DeleteStatement): void {
  if (target.kind === 'identifier') {
    const place = placeOf(scope, target);
    if (place.kind === 'global' && place.info.form === 'array') {
      scope.body.emit(run(call(`map_${place.info.id}_clear`)));
    } else if (place.kind === 'global' && place.info.form === 'statistic') {
      const info = statisticOf(scope, target);
      scope.body.emit(run(call(`stat_${info.id}_reset`, unary('&', name(`g_${info.id}`)))));
    } else clearPlace(scope, place);
    return;
  }
  if (target.kind !== 'index' || target.base.kind !== 'identifier') {
    operand(scope, target);
    return;
  }
  const info = arrayOf(scope, target.base);
  const args = sliceArguments(scope, info, target.keys).map((k) => k.value);
  scope.body.emit(
    run(
      target.keys.includes(undefined)
        ? call(`map_${info.id}_delete_slice`, givenKeys(target.keys), ...args)
        : call(`map_${info.id}_delete`, ...args),
    ),
  );
}
