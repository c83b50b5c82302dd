/** Walking and rewriting steps and values. */
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
export function identifiersOf(steps: readonly Step[]): Set<string> {
  const found = new Set<string>();
  const addText = (text: string): void => {
    for (const word of text.match(WORD) ?? []) found.add(word);
  };
  const addValue = (root: Value): void =>
    walkValue(root, (value) => {
      if (value.kind === 'call') found.add(value.name);
      else if (value.kind === 'name') addText(value.name);
      else if (value.kind === 'c') addText(withoutLiterals(value.text));
      else if (value.kind === 'cast' || value.kind === 'list') addText(value.type);
    });
  walkSteps(steps, (step) => {
    for (const value of valuesOf(step)) addValue(value);
    if (step.kind === 'c') addText(withoutLiterals(step.text));
    if (step.kind === 'print') for (const word of printWords(step)) found.add(word);
  });
  return found;
}

function printWords(step: Extract<Step, { kind: 'print' }>): string[] {
  const stem = step.mode === 'place' ? 'tapc_print' : 'tapc_stage';
  const words = ['record', step.format, `${stem}_begin`, `${stem}_end`];
  for (const field of step.fields) words.push(...fieldWords(field));
  return words;
}

function fieldWords(field: PrintField): string[] {
  return field.kind === 'long' ? ['tapc_add_long'] : [`tapc_add_${field.kind}`, 'TAPC_ROUND'];
}

/** C text without its comments, strings and characters. */
export function withoutLiterals(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, ' ');
}

function unreachable(value: never): never {
  throw new Error(`unknown ${JSON.stringify(value)}`);
}
