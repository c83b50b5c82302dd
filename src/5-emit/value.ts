/** C expressions, with no more parentheses than precedence and the compiler's warnings ask for. */

import { isTruth } from '../4-plan/build.ts';
import type { BinaryCOp, Value } from '../4-plan/plan.ts';
import { unreachable } from '../unreachable.ts';
import { cNumber, cString } from './literal.ts';

const POSTFIX = 16;
const UNARY = 14;
const CHOOSE = 2;
const LOWEST = 0;

const PRECEDENCE: Readonly<Record<BinaryCOp, number>> = {
  '*': 13,
  '/': 13,
  '%': 13,
  '+': 12,
  '-': 12,
  '<<': 11,
  '>>': 11,
  '<': 10,
  '>': 10,
  '<=': 10,
  '>=': 10,
  '==': 9,
  '!=': 9,
  '&': 8,
  '^': 7,
  '|': 6,
  '&&': 4,
  '||': 3,
};

/** Operators whose operands get parentheses when they are other binary operators: few remember how they bind. */
const OBSCURE: ReadonlySet<BinaryCOp> = new Set(['<<', '>>', '&', '^', '|']);

export function printValue(value: Value): string {
  return print(value, LOWEST);
}

/** A value of which only matters whether it is 0. */
export function printCondition(value: Value): string {
  return print(tested(value), LOWEST);
}

const ZERO: Value = { kind: 'number', text: '0' };

/** Compared with 0 where the compiler takes a bare value for a slip: `if (a * b)`, `if (a << b)`, `if (a ? 2 : 3)`. */
function tested(value: Value): Value {
  return isSuspect(value) ? { kind: 'binary', op: '!=', left: value, right: ZERO } : value;
}

function isSuspect(value: Value): boolean {
  return value.kind === 'choose' || (value.kind === 'binary' && (value.op === '*' || value.op === '<<'));
}

function print(value: Value, context: number): string {
  switch (value.kind) {
    case 'number':
      return number(value.text, context);
    case 'text':
      return cString(value.text);
    case 'name':
      return value.name;
    case 'call':
      return `${value.name}(${value.args.map(printValue).join(', ')})`;
    case 'unary':
      if (value.op === '!' && isSuspect(value.operand)) {
        return print({ kind: 'binary', op: '==', left: value.operand, right: ZERO }, context);
      }
      if (value.op === '~' && isTruth(value.operand)) return print(complement(value.operand), context);
      return parenthesize(unary(value.op, print(value.operand, UNARY)), UNARY, context);
    case 'cast':
      return parenthesize(`(${value.type})${print(value.operand, UNARY)}`, UNARY, context);
    case 'binary':
      return parenthesize(binary(value), PRECEDENCE[value.op], context);
    case 'choose': {
      const parts = [print(value.condition, CHOOSE + 1), print(value.yes, CHOOSE), print(value.no, CHOOSE)];
      return parenthesize(`${parts[0]} ? ${parts[1]} : ${parts[2]}`, CHOOSE, context);
    }
    case 'list':
      return `(${value.type}){ ${value.items.map(printValue).join(', ')} }`;
    case 'c':
      return /^(?:[\w.>-]*|'[^']*')$/.test(value.text) || isCall(value.text) || isEnclosed(value.text)
        ? value.text
        : `(${value.text})`;
    default:
      return unreachable(value);
  }
}

function number(text: string, context: number): string {
  const printed = cNumber(text);
  return printed.startsWith('-') ? parenthesize(printed, UNARY, context) : printed;
}

/** `~x` of a truth value, for which compilers suggest `!x`: the same number otherwise. */
function complement(operand: Value): Value {
  const one: Value = { kind: 'number', text: '1' };
  return { kind: 'binary', op: '-', left: { kind: 'unary', op: '-', operand }, right: one };
}

/** `--x` and `&&x` are other tokens. */
function unary(op: string, operand: string): string {
  return operand.startsWith(op) && op !== '!' && op !== '~' ? `${op}(${operand})` : `${op}${operand}`;
}

function binary(value: Extract<Value, { kind: 'binary' }>): string {
  const own = PRECEDENCE[value.op];
  const [first, second] = operandsOf(value);
  const left = operand(value.op, first, own);
  const right = operand(value.op, second, own + 1);
  return `${left} ${value.op} ${right}`;
}

/** With tests that say that a strange combination is meant. */
function operandsOf(value: Extract<Value, { kind: 'binary' }>): [Value, Value] {
  const { op, left, right } = value;
  if (op === '&&' || op === '||') return [tested(left), tested(right)];
  return [left, right];
}

function operand(op: BinaryCOp, value: Value, context: number): string {
  const text = print(value, context);
  // `!a == b` and `!a & b` are taken for `!(a == b)`.
  const confusing = isComparison(op) || op === '&' || op === '|';
  if (value.kind === 'unary' && value.op === '!' && confusing && !text.startsWith('(')) return `(${text})`;
  if (value.kind !== 'binary' || PRECEDENCE[value.op] < context) return text;
  const mixed =
    (OBSCURE.has(op) && value.op !== op) ||
    (op === '||' && value.op === '&&') ||
    (isComparison(op) && isComparison(value.op)) ||
    (isComparison(op) && OBSCURE.has(value.op));
  return mixed ? `(${text})` : text;
}

function isComparison(op: BinaryCOp): boolean {
  return PRECEDENCE[op] === PRECEDENCE['<'] || PRECEDENCE[op] === PRECEDENCE['=='];
}

function parenthesize(text: string, own: number, context: number): string {
  return own < context && context <= POSTFIX ? `(${text})` : text;
}

/** `(…)` as a whole. */
function isEnclosed(text: string): boolean {
  return text.startsWith('(') && isCall(`c${text}`);
}

/** `name(…)` with nothing after the parenthesis that closes it. */
function isCall(text: string): boolean {
  if (!/^\w+\(/.test(text) || !text.endsWith(')')) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text.charAt(i) === '(') depth++;
    else if (text.charAt(i) === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}
