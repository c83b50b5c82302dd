/** Phase 5: the files of a module from its plan. */
import type { ModulePlan, PlanGlobal } from '../4-plan/plan.ts';
import { functionHead, LINE_MARK, printFunction, printHandler, printVariable } from './body.ts';
import { printFormat } from './format.ts';
import { commentText } from './literal.ts';
import { printRegex } from './regex.ts';
import { createRenderer } from './render.ts';
import { wrap } from './wrap.ts';

export interface EmittedFile {
  /** Name of the file in the module's folder. */
  readonly path: string;
  readonly text: string;
}

export interface EmitOptions {
  /** Write `#line` directives, so that the compiler's messages name the script. */
  readonly line?: boolean;
}

/** Probes on functions by pattern are to leave out the module's own. */
const UNTRACED = '# No call of ftrace in the module itself.\nccflags-remove-y += $(CC_FLAGS_FTRACE)\n';

/** `<module>.c` and `Kbuild`. The same plan gives the same bytes. */
export function emit(plan: ModulePlan, options: EmitOptions = {}): EmittedFile[] {
  const render = createRenderer();
  const text = render('src/5-emit/module.c.hbs', moduleView(plan, options));
  const file = `${plan.module}.c`;
  return [
    { path: file, text: numberLines(tidyLines(text), file) },
    { path: 'Kbuild', text: `obj-m := ${plan.module}.o\n${UNTRACED}` },
  ];
}

function moduleView(plan: ModulePlan, options: EmitOptions): object {
  const steps = { line: options.line === true };
  const handlers = plan.handlers.filter((h) => h.emitBody || h.light !== undefined);
  return {
    module: plan.module,
    script: commentText(plan.script),
    version: plan.version,
    release: plan.kernel.release,
    arch: plan.kernel.arch,
    headers: plan.headers,
    parameters: plan.parameters.map(parameterLine),
    runtime: plan.runtime.map((part) => part.code),
    assertions: plan.assertions.map(assertion),
    embeddedC: plan.embeddedC,
    globals: plan.globals.flatMap(globalText),
    orders: plan.orders.map((o) => o.code),
    formats: plan.formats.map(printFormat),
    regexes: plan.regexes.map(printRegex),
    declarations: [
      ...plan.families.flatMap((f) => f.declarations),
      ...plan.functions.filter((f) => f.declare).map((f) => wrap(0, `${functionHead(f)};`).join('\n')),
    ],
    functions: plan.functions.map((f) => printFunction(f, steps)),
    handlers: handlers.flatMap((h) => printHandler(h, steps)),
    families: plan.families.map((f) => f.code),
    life: plan.life.code,
  };
}

function parameterLine({ name, value, comment }: ModulePlan['parameters'][number]): string {
  const line = `#define ${name} ${value}`;
  return comment === '' ? line : `${line}\t/* ${commentText(comment)} */`;
}

function assertion({ type, member, offset }: ModulePlan['assertions'][number]): string {
  return wrap(0, `static_assert(offsetof(${type}, ${member}) == ${offset});`).join('\n');
}

function globalText(global: PlanGlobal): string[] {
  const lock = global.lock === undefined ? [] : [`static struct tapc_lock ${global.lock};`];
  if (global.kind === 'template') return [...lock, ...global.parts.map((part) => part.code)];
  const text = `static ${printVariable(global.variable)};`;
  // A variable and its lock stand together.
  return [[...wrap(0, text), ...lock].join('\n')];
}

/** After the steps of a body the lines are the C file's own again. */
function numberLines(text: string, file: string): string {
  if (!text.includes(LINE_MARK)) return text;
  return text
    .split('\n')
    .map((line, i) => (line === LINE_MARK ? `#line ${i + 2} ${JSON.stringify(file)}` : line))
    .join('\n');
}

/** One blank line between items, none at the end, no blanks at the end of a line. In one pass, for a big module is a big text. */
function tidyLines(text: string): string {
  const ragged = /\s+$|[ \t]*\n(?:[ \t]*\n){2,}|[ \t]+(?=\n)/g;
  return text.replaceAll(ragged, (blanks, at) => {
    if (at + blanks.length === text.length) return '\n';
    return blanks.includes('\n') ? '\n\n' : '';
  });
}
