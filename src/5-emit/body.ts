/** Functions of the module in C: what the script's functions and handlers became. */
import type {
  PlanEntry,
  PlanFrame,
  PlanFunction,
  PlanHandler,
  PlanLight,
  PlanVariable,
  Step,
} from '../4-plan/plan.ts';
import { printLate, printLateHead } from './late.ts';
import { commentText } from './literal.ts';
import { printSteps, type StepOptions } from './step.ts';
import { printValue } from './value.ts';
import { wrap } from './wrap.ts';

export function printFunction(fn: PlanFunction, options: StepOptions): string {
  return printBody(fn, functionHead(fn), options);
}

export function functionHead(fn: PlanFunction): string {
  const params = fn.params.map((p) => `${p.type}${p.name}${p.suffix}`).join(', ');
  return `static ${fn.returns}${fn.name}(${params === '' ? 'void' : params})`;
}

/** The handler, and before it what runs at the entry of a return probe. */
export function printHandler(handler: PlanHandler, options: StepOptions): string[] {
  const parts: string[] = [];
  if (handler.light !== undefined) parts.push(printLight(handler, handler.light, options));
  if (!handler.emitBody) return parts;
  if (handler.entry !== undefined) {
    parts.push(printFrame(handler.entry.saved), printEntry(handler.entry, options));
  }
  const params = ['struct tapc_hit *hit', ...handler.parameters].join(', ');
  if (handler.late !== undefined) parts.push(printLateHead(handler.late));
  parts.push(printBody(handler, `static void ${handler.body}(${params})`, options));
  if (handler.late !== undefined) parts.push(printLate(handler, handler.late));
  return parts;
}

function printLight(handler: PlanHandler, light: PlanLight, options: StepOptions): string {
  const params = ['unsigned int probe', ...handler.parameters].join(', ');
  const comment = light.mayFail
    ? [...handler.comment, 'False where it takes the whole handler, which runs then; nothing has been done.']
    : handler.comment;
  return printBody({ ...light, comment }, `static __always_inline bool ${light.name}(${params})`, options);
}

/** Stands where the lines of the C file count again; emit() puts the number in. */
export const LINE_MARK = '#line 0';

function printEntry(entry: PlanEntry, options: StepOptions): string {
  const params = ['struct tapc_hit *hit', ...entry.parameters].join(', ');
  return printBody(entry, `static void ${entry.name}(${params})`, options);
}

interface Body {
  readonly comment: readonly string[];
  readonly frame?: PlanFrame;
  readonly variables: readonly PlanVariable[];
  readonly steps: readonly Step[];
}

function printBody(body: Body, head: string, options: StepOptions): string {
  const lines: string[] = [];
  if (body.frame !== undefined) lines.push(printFrame(body.frame), '');
  for (const comment of body.comment) lines.push(`/* ${commentText(comment)} */`);
  lines.push(...wrap(0, head), '{');
  lines.push(...declarations(body.variables));
  if (body.variables.length > 0 && body.steps.length > 0) lines.push('');
  lines.push(...printSteps(body.steps, 1, options), '}');
  if (options.line) lines.push(LINE_MARK);
  return lines.join('\n');
}

/** Variables of one type in one declaration, pointers apart. */
function declarations(variables: readonly PlanVariable[]): string[] {
  const groups = new Map<string, PlanVariable[]>();
  for (const v of variables) {
    const key = v.type.endsWith('*') ? `${v.type}${v.name}` : v.type;
    groups.set(key, [...(groups.get(key) ?? []), v]);
  }
  const texts = [...groups.values()].map((group) => {
    const [first, ...rest] = group.map((v) => printVariable(v));
    const others = rest.map((text, i) => text.slice(group[i + 1]?.type.length ?? 0));
    return [first, ...others].join(', ');
  });
  return texts.flatMap((text) => wrap(1, `${text};`));
}

function printFrame(frame: PlanFrame): string {
  const fields = frame.fields.map((f) => `\t${printVariable(f)};\n`).join('');
  return `struct ${frame.tag} {\n${fields}};`;
}

export function printVariable(variable: PlanVariable): string {
  const declarator = `${variable.type}${variable.name}${variable.suffix}`;
  return variable.init === undefined ? declarator : `${declarator} = ${printValue(variable.init)}`;
}
