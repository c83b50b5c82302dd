/** Values that are known at translation. */
import type { AtOp, Binary, Expr, Unary } from '../1-parse/ast.ts';
import type { Elided } from './walk.ts';

export interface Known {
  readonly constants: ReadonlyMap<AtOp, bigint>;
  readonly elided: Elided;
}

/** The value of an expression made of literals and decided `@` operators only; undefined for all others. */
export function constantValue(expr: Expr, known: Known): bigint | string | undefined {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr.value;
    case 'at-op':
      if (expr.op === 'choose_defined') return chosen(expr, known);
      return known.constants.get(expr);
    case 'unary':
      return unary(expr, known);
    case 'binary':
      return binary(expr, known);
    case 'ternary': {
      const condition = constantValue(expr.condition, known);
      if (typeof condition !== 'bigint') return undefined;
      return constantValue(condition !== 0n ? expr.then : expr.else, known);
    }
    case 'identifier':
    case 'index':
    case 'call':
    case 'assign':
    case 'inc-dec':
    case 'in':
    case 'regex-match':
    case 'stat-op':
    case 'target':
    case 'cast':
    case 'at-var':
    case 'autocast':
    case 'embedded-c-expr':
      return undefined;
  }
}

function chosen(expr: AtOp, known: Known): bigint | string | undefined {
  const live = expr.args.find((a) => !known.elided.has(a));
  return live === undefined ? undefined : constantValue(live, known);
}

function unary(expr: Unary, known: Known): bigint | undefined {
  const value = constantValue(expr.operand, known);
  if (typeof value !== 'bigint') return undefined;
  switch (expr.op) {
    case '-':
      return wrap(-value);
    case '+':
      return value;
    case '!':
      return truth(value === 0n);
    case '~':
      return wrap(~value);
  }
}

function binary(expr: Binary, known: Known): bigint | string | undefined {
  const left = constantValue(expr.left, known);
  if (expr.op === '&&' && left === 0n) return 0n;
  if (expr.op === '||' && typeof left === 'bigint' && left !== 0n) return 1n;
  if (left === undefined) return undefined;
  const right = constantValue(expr.right, known);
  if (typeof left === 'bigint' && typeof right === 'bigint') return numbers(expr.op, left, right);
  if (typeof left === 'string' && typeof right === 'string') return strings(expr.op, left, right);
  return undefined;
}

function numbers(op: Binary['op'], a: bigint, b: bigint): bigint | undefined {
  switch (op) {
    case '*':
      return wrap(a * b);
    case '/':
      return b === 0n ? undefined : wrap(a / b);
    case '%':
      return b === 0n ? undefined : wrap(a % b);
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '<<':
      return wrap(a << (b & 63n));
    case '>>':
      return wrap(a >> (b & 63n));
    case '>>>':
      return wrap(BigInt.asUintN(64, a) >> (b & 63n));
    case '&':
      return wrap(a & b);
    case '^':
      return wrap(a ^ b);
    case '|':
      return wrap(a | b);
    case '&&':
      return truth(a !== 0n && b !== 0n);
    case '||':
      return truth(a !== 0n || b !== 0n);
    case '.':
      return undefined;
    case '<':
    case '>':
    case '<=':
    case '>=':
    case '==':
    case '!=':
      return compare(op, a < b ? -1 : a > b ? 1 : 0);
  }
}

function strings(op: Binary['op'], a: string, b: string): bigint | string | undefined {
  switch (op) {
    case '.':
      return a + b;
    case '<':
    case '>':
    case '<=':
    case '>=':
    case '==':
    case '!=':
      return compare(op, a < b ? -1 : a > b ? 1 : 0);
    default:
      return undefined;
  }
}

function compare(op: '<' | '>' | '<=' | '>=' | '==' | '!=', order: number): bigint {
  switch (op) {
    case '<':
      return truth(order < 0);
    case '>':
      return truth(order > 0);
    case '<=':
      return truth(order <= 0);
    case '>=':
      return truth(order >= 0);
    case '==':
      return truth(order === 0);
    case '!=':
      return truth(order !== 0);
  }
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}
