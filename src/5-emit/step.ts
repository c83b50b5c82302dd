/** C statements, in the kernel's style. */

import type { Exit, PrintField, Step, Value } from '../4-plan/plan.ts';
import { PRINTERS } from '../4-plan/tree.ts';
import { unreachable } from '../unreachable.ts';
import { commentText } from './literal.ts';
import { printCondition, printValue } from './value.ts';
import { WIDTH, wrap } from './wrap.ts';

export interface StepOptions {
  /** Write `#line` before the steps of each line of the script. */
  readonly line: boolean;
}

/** Lines of the steps, `indent` tabs deep. */
export function printSteps(steps: readonly Step[], indent: number, options: StepOptions): string[] {
  const lines: string[] = [];
  steps.forEach((step, i) => {
    // C has no label at the end of a block.
    const last = step.kind === 'label' && i === steps.length - 1;
    lines.push(...printStep(step, indent, options), ...(last ? [`${'\t'.repeat(indent)};`] : []));
  });
  return lines;
}

function printStep(step: Step, indent: number, options: StepOptions): string[] {
  switch (step.kind) {
    case 'source':
      return source(step, indent, options);
    case 'set':
      return wrap(indent, `${assignment(step)};`);
    case 'do':
      return wrap(indent, `${printValue(step.value)};`);
    case 'if':
      return conditional(step, indent, options);
    case 'loop':
      return loop(step, indent, options);
    case 'check':
      return [...wrap(indent, 'if (unlikely(hit->error))'), ...wrap(indent + 1, leave(step.to))];
    case 'leave':
      return wrap(indent, leave(step.to));
    case 'label':
      return [`${step.name}:`];
    case 'break':
      return wrap(indent, 'break;');
    case 'continue':
      return wrap(indent, 'continue;');
    case 'print':
      return print(step, indent);
    case 'c':
      return step.text.split('\n').map((line) => (line === '' ? '' : `${'\t'.repeat(indent)}${line}`));
    default:
      return unreachable(step);
  }
}

function source(step: Extract<Step, { kind: 'source' }>, indent: number, options: StepOptions): string[] {
  const room = WIDTH - indent * 8 - 6;
  const text = commentText(step.text);
  const shown = text.length > room ? `${text.slice(0, room - 4)} ...` : text;
  const comment = `${'\t'.repeat(indent)}/* ${shown} */`;
  if (!options.line) return [comment];
  const [, file, line] = /^(.*):(\d+):\d+$/.exec(step.where) ?? [];
  return file === undefined ? [comment] : [comment, `#line ${line} "${file}"`];
}

function assignment(step: Extract<Step, { kind: 'set' }>): string {
  const target = printValue(step.target);
  const one = step.value.kind === 'number' && step.value.text === '1';
  if (one && step.op === '+=') return `${target}++`;
  if (one && step.op === '-=') return `${target}--`;
  return `${target} ${step.op} ${printValue(step.value)}`;
}

function leave(to: Exit): string {
  if (to.kind === 'label') return `goto ${to.name};`;
  return to.value === undefined ? 'return;' : `return ${printValue(to.value)};`;
}

/** A body that takes no braces: one statement that is one line. */
function isPlain(steps: readonly Step[], lines: readonly string[]): boolean {
  return steps.length === 1 && steps[0]?.kind !== 'label' && lines.length === 1;
}

function conditional(step: Extract<Step, { kind: 'if' }>, indent: number, options: StepOptions): string[] {
  const tabs = '\t'.repeat(indent);
  const condition = printCondition(step.condition);
  const head = step.unlikely === true ? `if (unlikely(${condition}))` : `if (${condition})`;
  const then = printSteps(step.body, indent + 1, options);
  const chain = step.else.length === 1 && step.else[0]?.kind === 'if';
  const otherwise = chain
    ? printSteps(step.else, indent, options)
    : printSteps(step.else, indent + 1, options);
  const plainElse = step.else.length === 0 || (!chain && isPlain(step.else, otherwise));
  if (isPlain(step.body, then) && plainElse) {
    const heads = wrap(indent, head);
    return step.else.length === 0 ? [...heads, ...then] : [...heads, ...then, `${tabs}else`, ...otherwise];
  }
  const lines = [...wrap(indent, `${head} {`), ...then];
  if (step.else.length === 0) return [...lines, `${tabs}}`];
  if (chain) {
    const [first = '', ...rest] = otherwise;
    return [...lines, `${tabs}} else ${first.trimStart()}`, ...rest];
  }
  return [...lines, `${tabs}} else {`, ...otherwise, `${tabs}}`];
}

function loop(step: Extract<Step, { kind: 'loop' }>, indent: number, options: StepOptions): string[] {
  const clause = (s: Step | undefined): string => {
    if (s === undefined) return '';
    if (s.kind === 'set') return assignment(s);
    if (s.kind === 'do') return printValue(s.value);
    throw new Error(`a ${s.kind} cannot stand in the head of a loop`);
  };
  const condition = step.condition === undefined ? '' : printCondition(step.condition);
  const init = clause(step.init);
  const next = clause(step.step);
  let head: string;
  if (init !== '' || next !== '') {
    head = `for (${init};${condition === '' ? '' : ' '}${condition};${next === '' ? '' : ' '}${next})`;
  } else head = condition === '' ? 'for (;;)' : `while (${condition})`;
  const body = printSteps(step.body, indent + 1, options);
  if (isPlain(step.body, body)) return [...wrap(indent, head), ...body];
  return [...wrap(indent, `${head} {`), ...body, `${'\t'.repeat(indent)}}`];
}

function print(step: Extract<Step, { kind: 'print' }>, indent: number): string[] {
  const name = PRINTERS[step.mode];
  const hit = step.mode === 'light' ? 'probe' : 'hit';
  const begin = `if (${name}_begin(${hit}, &record, ${step.format}, ${recordSize(step.fields)}))`;
  if (step.fields.length === 0) {
    return [...wrap(indent, begin), ...wrap(indent + 1, `${name}_end(${hit}, &record);`)];
  }
  const end = step.fields.some((f) => f.kind === 'made')
    ? `${name}_end_made(${hit}, &record, ${recordSize(step.fields)});`
    : `${name}_end(${hit}, &record);`;
  return [
    ...wrap(indent, `${begin} {`),
    ...step.fields.flatMap((f) => wrap(indent + 1, `${field(f)};`)),
    ...wrap(indent + 1, end),
    `${'\t'.repeat(indent)}}`,
  ];
}

function field(f: PrintField): string {
  switch (f.kind) {
    case 'long':
      return `tapc_add_long(&record, ${printValue(f.value)})`;
    case 'string':
      return `tapc_add_string(&record, ${printValue(f.value)}, ${printValue(f.size)})`;
    case 'made':
      return printValue(f.value);
    case 'memory':
      return `tapc_add_memory(&record, ${printValue(f.value)}, ${printValue(f.size)})`;
    default:
      return unreachable(f);
  }
}

/** Bytes of the payload, each value rounded up to 8: a constant, plus the sizes that are known only at the hit. */
function recordSize(fields: readonly PrintField[]): string {
  let fixed = 0;
  const rest: Value[] = [];
  for (const f of fields) {
    if (f.kind === 'long' || f.kind === 'memory') fixed += 8;
    if (f.kind === 'long') continue;
    if (f.size.kind === 'number') fixed += Math.ceil(Number(f.size.text) / 8) * 8;
    else rest.push(f.size);
  }
  const parts = rest.map((size) => `TAPC_ROUND(${printValue(size)})`);
  return fixed > 0 || parts.length === 0 ? [String(fixed), ...parts].join(' + ') : parts.join(' + ');
}
