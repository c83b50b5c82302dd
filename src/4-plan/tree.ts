/** Walking and rewriting steps and values. */
import { unreachable } from '../unreachable.ts';
import type { Exit, PrintField, Step, Value } from './plan.ts';

/** All values directly in a step, those of nested steps left out. */
export function valuesOf(step: Step): readonly Value[] {
  switch (step.kind) {
    case 'set':
      return [step.target, step.value];
    case 'do':
      return [step.value];
    case 'if':
      return [step.condition];
    case 'loop':
      return step.condition === undefined ? [] : [step.condition];
    case 'check':
    case 'leave':
      return exitValue(step.to);
    case 'print':
      return step.fields.flatMap((f) => (f.kind === 'long' ? [f.value] : [f.value, f.size]));
    case 'source':
    case 'label':
    case 'break':
    case 'continue':
    case 'c':
      return [];
    default:
      return unreachable(step);
  }
}

function exitValue(to: Exit): readonly Value[] {
  return to.kind === 'return' && to.value !== undefined ? [to.value] : [];
}

/** Lists of steps directly below a step. */
export function blocksOf(step: Step): readonly (readonly Step[])[] {
  if (step.kind === 'if') return [step.body, step.else];
  if (step.kind !== 'loop') return [];
  return [step.init === undefined ? [] : [step.init], step.step === undefined ? [] : [step.step], step.body];
}

export function walkSteps(steps: readonly Step[], visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step);
    for (const block of blocksOf(step)) walkSteps(block, visit);
  }
}

export function walkValue(value: Value, visit: (value: Value) => void): void {
  visit(value);
  switch (value.kind) {
    case 'call':
      for (const arg of value.args) walkValue(arg, visit);
      return;
    case 'unary':
    case 'cast':
      walkValue(value.operand, visit);
      return;
    case 'binary':
      walkValue(value.left, visit);
      walkValue(value.right, visit);
      return;
    case 'choose':
      walkValue(value.condition, visit);
      walkValue(value.yes, visit);
      walkValue(value.no, visit);
      return;
    case 'list':
      for (const item of value.items) walkValue(item, visit);
      return;
    case 'number':
    case 'text':
    case 'name':
    case 'c':
      return;
    default:
      unreachable(value);
  }
}

const WORD = /[A-Za-z_]\w*/g;

/** Every C identifier that the steps name, in the order of first use. */
function identifiersOf(steps: readonly Step[]): Set<string> {
  const found = new Set<string>();
  walkSteps(steps, (step) => addIdentifiersOfStep(step, found));
  return found;
}

/** The same for bodies that are asked about again and again. */
export class IdentifierTable {
  readonly #known = new WeakMap<readonly Step[], readonly string[]>();

  of(steps: readonly Step[]): readonly string[] {
    const known = this.#known.get(steps);
    if (known !== undefined) return known;
    // A list takes a tenth of the memory of a set.
    const found = [...identifiersOf(steps)];
    this.#known.set(steps, found);
    return found;
  }
}

/** Those of one step, without the steps inside it. */
export function addIdentifiersOfStep(step: Step, found: Set<string>): void {
  for (const value of valuesOf(step)) addIdentifiersOfValue(value, found);
  if (step.kind === 'c') addWords(withoutLiterals(step.text), found);
  // It reads `hit->error`.
  if (step.kind === 'check') found.add('error');
  if (step.kind === 'print') for (const word of printWords(step)) found.add(word);
}

export function addIdentifiersOfValue(root: Value, found: Set<string>): void {
  walkValue(root, (value) => {
    if (value.kind === 'call') found.add(value.name);
    else if (value.kind === 'name') addName(value.name, found);
    else if (value.kind === 'c') addWords(withoutLiterals(value.text), found);
    else if (value.kind === 'cast' || value.kind === 'list') addWords(value.type, found);
  });
}

/** An lvalue: most are one word. */
function addName(name: string, found: Set<string>): void {
  if (PLAIN.test(name)) found.add(name);
  else addWords(name, found);
}

const PLAIN = /^\w+$/;

function addWords(text: string, found: Set<string>): void {
  for (const word of text.match(WORD) ?? []) found.add(word);
}

/** What the functions that write a record begin with. */
export const PRINTERS = { place: 'tapc_print', stage: 'tapc_stage', light: 'tapc_light' } as const;

function printWords(step: Extract<Step, { kind: 'print' }>): string[] {
  const stem = PRINTERS[step.mode];
  const words = ['record', step.format, `${stem}_begin`, `${stem}_end`];
  for (const field of step.fields) words.push(...fieldWords(field));
  if (step.fields.some((f) => f.kind === 'made')) words.push(`${stem}_end_made`);
  return words;
}

function fieldWords(field: PrintField): string[] {
  switch (field.kind) {
    case 'long':
      return ['tapc_add_long'];
    case 'made':
      return ['TAPC_ROUND'];
    case 'string':
    case 'memory':
      return [`tapc_add_${field.kind}`, 'TAPC_ROUND'];
    default:
      return unreachable(field);
  }
}

/** C text without its comments, strings and characters. */
export function withoutLiterals(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, ' ');
}
