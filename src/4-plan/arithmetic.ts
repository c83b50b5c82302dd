/** Numbers and strings: operators without side effects. 64 bits, wrapping around, as the script's language has them. */

import type { Assign, Binary, BinaryOp, Unary } from '../1-parse/ast.ts';
import { unreachable } from '../unreachable.ts';
import { binary, call, cast, HIT, isTruth, not, num, run, unary } from './build.ts';
import { bothReads, NO_READS } from './effects.ts';
import { keep, operand, operands } from './operands.ts';
import type { AssignOp, BinaryCOp, Value } from './plan.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';

const ZERO = num(0);

export function lowerUnary(scope: Scope, node: Unary): Lowered {
  const inner = exact(operand(scope, node.operand));
  switch (node.op) {
    case '+':
      return inner;
    case '!':
      return { ...inner, value: not(inner.value), type: 'int' };
    case '-': {
      const literal = constant(inner.value);
      if (literal !== undefined) return number(-literal);
      return { ...inner, value: unary('-', inner.value) };
    }
    case '~': {
      const literal = constant(inner.value);
      if (literal !== undefined) return number(~literal);
      return { ...inner, value: unary('~', inner.value) };
    }
    default:
      return unreachable(node.op);
  }
}

/** All binary operators but `&&` and `||`. */
export function lowerBinary(scope: Scope, node: Binary, into?: Value): Lowered {
  if (node.op === '.') return concatenate(scope, node, into);
  const [left, right] = pair(operands(scope, [node.left, node.right]));
  if (left.type === 'string' || right.type === 'string') return compareStrings(node.op, left, right);
  const [first, second] = COMPARISONS.has(node.op) ? comparable(scope, node.op, left, right) : [left, right];
  return arithmetic(node.op, first, second, () => whereOf(scope, node.span));
}

/** Compilers warn where a truth value is compared with what it can never be. */
function comparable(scope: Scope, op: BinaryOp, left: Lowered, right: Lowered): [Lowered, Lowered] {
  const strange = (truth: Lowered, other: Lowered): boolean => {
    const literal = constant(other.value);
    const usual = (op === '==' || op === '!=') && (literal === 0n || literal === 1n);
    return isTruth(truth.value) && literal !== undefined && !usual;
  };
  return [strange(left, right) ? keep(scope, left) : left, strange(right, left) ? keep(scope, right) : right];
}

/** `left op right` for numbers. `where` is asked for only where it can fail. */
export function arithmetic(op: BinaryOp, first: Lowered, second: Lowered, where: () => Value): Lowered {
  const left = exact(first);
  const right = exact(second);
  const reads = bothReads(left.reads, right.reads);
  const inline = (cOp: BinaryCOp, type: 'int' | 'long', l: Value = left.value) =>
    plain(binary(cOp, l, right.value), type, reads);
  const [a, b] = [constant(left.value), constant(right.value)];
  // The compiler would fold it, too, but with warnings about what wraps around.
  const folded = a === undefined || b === undefined ? undefined : fold(op, a, b);
  if (folded !== undefined) return number(folded);
  if (COMPARISONS.has(op) && sameNames(left.value, right.value)) {
    return number(op === '==' || op === '<=' || op === '>=' ? 1n : 0n);
  }
  switch (op) {
    case '+':
    case '-':
    case '*':
      return inline(op, 'long', widened(left, right));
    case '/':
    case '%': {
      // Only 0 and -1 (of the smallest number) are not what C does.
      if (b !== undefined && b !== 0n && b !== -1n) return inline(op, 'long', widened(left, right));
      const callee = op === '/' ? 'tapc_divide' : 'tapc_modulo';
      const value = call(callee, HIT, where(), left.value, right.value);
      return { value, type: 'long', reads, now: false, fails: true };
    }
    case '<<':
    case '>>':
    case '>>>':
      return shift(op, left, right, b, reads);
    case '&':
    case '^':
    case '|':
      return inline(op, left.type === 'int' && right.type === 'int' ? 'int' : 'long');
    case '<':
    case '>':
    case '<=':
    case '>=':
    case '==':
    case '!=':
      return inline(op, 'int');
    case '.':
    case '&&':
    case '||':
      throw new Error(`${op} is not arithmetic`);
    default:
      return unreachable(op);
  }
}

const COMPARISONS: ReadonlySet<BinaryOp> = new Set(['<', '>', '<=', '>=', '==', '!=']);

/** The same variable twice: compilers warn of comparing it with itself. */
function sameNames(a: Value, b: Value): boolean {
  return a.kind === 'name' && b.kind === 'name' && a.name === b.name;
}

/** `a op b` for literals; undefined where that is an error or no number. */
function fold(op: BinaryOp, a: bigint, b: bigint): bigint | undefined {
  const count = b & 63n;
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    case '%':
      return b === 0n ? undefined : a % b;
    case '<<':
      return a << count;
    case '>>':
      return a >> count;
    case '>>>':
      return BigInt.asUintN(64, a) >> count;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '|':
      return a | b;
    case '<':
      return BigInt(a < b);
    case '>':
      return BigInt(a > b);
    case '<=':
      return BigInt(a <= b);
    case '>=':
      return BigInt(a >= b);
    case '==':
      return BigInt(a === b);
    case '!=':
      return BigInt(a !== b);
    case '.':
    case '&&':
    case '||':
      return undefined;
    default:
      return unreachable(op);
  }
}

function shift(
  op: '<<' | '>>' | '>>>',
  left: Lowered,
  right: Lowered,
  count: bigint | undefined,
  reads: Lowered['reads'],
): Lowered {
  if (count === undefined || count < 0n || count > 63n) {
    const callee = { '<<': 'tapc_shift_left', '>>': 'tapc_shift_right', '>>>': 'tapc_shift_right_logical' }[
      op
    ];
    return plain(call(callee, left.value, right.value), 'long', reads);
  }
  if (op === '>>>') {
    return plain(cast('s64', binary('>>', cast('u64', left.value), right.value)), 'long', reads);
  }
  const wide = left.type === 'int' ? cast('s64', left.value) : left.value;
  return plain(binary(op, wide, right.value), 'long', reads);
}

/** The left operand; cast where both are ints, whose result would be an int, too. */
function widened(left: Lowered, right: Lowered): Value {
  return left.type === 'int' && right.type === 'int' ? cast('s64', left.value) : left.value;
}

/** The same number as an s64 or an int. */
export function exact(lowered: Lowered): Lowered {
  if (lowered.type !== 'raw') return lowered;
  const { value } = lowered;
  const is64 = value.kind === 'c' && /^\((long|s64)\)/.test(value.text);
  return { ...lowered, type: 'long', value: is64 ? value : cast('s64', value) };
}

function compareStrings(op: BinaryOp, left: Lowered, right: Lowered): Lowered {
  const reads = bothReads(left.reads, right.reads);
  const order = call('tapc_compare', left.value, right.value);
  switch (op) {
    case '<':
    case '>':
    case '<=':
    case '>=':
    case '==':
    case '!=':
      return plain(binary(op, order, ZERO), 'int', reads);
    default:
      throw new Error(`${op} does not take strings`);
  }
}

function concatenate(scope: Scope, node: Binary, into: Value | undefined): Lowered {
  const nested = node.left.kind === 'binary' ? into : undefined;
  const [left, right] = pair(operands(scope, [node.left, node.right], nested));
  // What was made in a temporary of this very expression grows there.
  const grows = isTemporary(left.value) ? left.value : undefined;
  const target = into ?? grows ?? scope.body.stringTemporary();
  scope.body.emit(run(call('tapc_concat', HIT, target, left.value, right.value)), { quiet: true });
  return plain(target, 'string', NO_READS);
}

function isTemporary(value: Value): boolean {
  return value.kind === 'name' && /^frame->s\d+$/.test(value.name);
}

export function number(value: bigint): Lowered {
  const wrapped = BigInt.asIntN(64, value);
  const small = wrapped >= -0x7fffffffn && wrapped <= 0x7fffffffn;
  return plain(num(wrapped), small ? 'int' : 'long', NO_READS);
}

function constant(value: Value): bigint | undefined {
  return value.kind === 'number' ? BigInt.asIntN(64, BigInt(value.text)) : undefined;
}

/** The C assignment operator that does just this. */
export function directOp(op: BinaryOp): AssignOp | undefined {
  switch (op) {
    case '+':
      return '+=';
    case '-':
      return '-=';
    case '*':
      return '*=';
    case '&':
      return '&=';
    case '|':
      return '|=';
    case '^':
      return '^=';
    default:
      return undefined;
  }
}

/** The binary operator of a compound assignment. */
export function operatorOf(op: Assign['op']): BinaryOp {
  switch (op) {
    case '+=':
      return '+';
    case '-=':
      return '-';
    case '*=':
      return '*';
    case '/=':
      return '/';
    case '%=':
      return '%';
    case '<<=':
      return '<<';
    case '>>=':
      return '>>';
    case '>>>=':
      return '>>>';
    case '&=':
      return '&';
    case '^=':
      return '^';
    case '|=':
      return '|';
    case '.=':
      return '.';
    case '=':
    case '<<<':
      throw new Error(`${op} has no binary operator`);
    default:
      return unreachable(op);
  }
}

function pair<T>(list: readonly T[]): [T, T] {
  const [first, second] = list;
  if (first === undefined || second === undefined) throw new Error('two operands expected');
  return [first, second];
}
