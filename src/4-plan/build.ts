/** Short ways to write values and steps. */
import type { AssignOp, BinaryCOp, Exit, Step, UnaryOp, Value } from './plan.ts';

export function num(value: bigint | number): Value {
  return { kind: 'number', text: String(value) };
}

export function text(value: string): Value {
  return { kind: 'text', text: value };
}

export function name(lvalue: string): Value {
  return { kind: 'name', name: lvalue };
}

export function call(callee: string, ...args: readonly Value[]): Value {
  return { kind: 'call', name: callee, args };
}

export function unary(op: UnaryOp, operand: Value): Value {
  return { kind: 'unary', op, operand };
}

export function binary(op: BinaryCOp, left: Value, right: Value): Value {
  return { kind: 'binary', op, left, right };
}

export function cast(type: string, operand: Value): Value {
  return { kind: 'cast', type, operand };
}

export function set(target: Value, value: Value, op: AssignOp = '='): Step {
  return { kind: 'set', target, op, value };
}

export function run(value: Value): Step {
  return { kind: 'do', value };
}

export function when(condition: Value, body: readonly Step[], otherwise: readonly Step[] = []): Step {
  return { kind: 'if', condition, body, else: otherwise };
}

export function unlikely(condition: Value, body: readonly Step[]): Step {
  return { kind: 'if', condition, unlikely: true, body, else: [] };
}

export function toLabel(label: string): Exit {
  return { kind: 'label', name: label };
}

/** The logical opposite, written without a needless `!`. */
export function not(value: Value): Value {
  if (value.kind === 'unary' && value.op === '!') return value.operand;
  if (value.kind === 'binary') {
    const opposite = OPPOSITE[value.op];
    if (opposite !== undefined) return { ...value, op: opposite };
  }
  return unary('!', value);
}

const OPPOSITE: Partial<Readonly<Record<BinaryCOp, BinaryCOp>>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

const TRUTHS: ReadonlySet<BinaryCOp> = new Set(['<', '>', '<=', '>=', '==', '!=', '&&', '||']);

/** Whether it is 0 or 1, of C's type int. */
export function isTruth(value: Value): boolean {
  if (value.kind === 'unary') return value.op === '!';
  return value.kind === 'binary' && TRUTHS.has(value.op);
}

/** The struct hit that every function of the module has in scope. */
export const HIT: Value = name('hit');

export const EMPTY_TEXT: Value = text('');
