/** Phase 5: the files of a module from its plan. */
import type { ModulePlan, PlanGlobal } from '../4-plan/plan.ts';
import { functionHead, LINE_MARK, printFunction, printHandler, printVariable } from './body.ts';
import { printFormat } from './format.ts';
import { commentText } from './literal.ts';
import { printRegex } from './regex.ts';
import { render } from './templates.ts';
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
  const text = render('src/5-emit/module.c.hbs', moduleView(plan, options));
  const file = `${plan.module}.c`;
  return [
    { path: file, text: numberLines(text, file) },
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
    items: [
      ...group(plan.headers.map((header) => `#include <${header}>`)),
      ...group(plan.parameters.map(parameterLine)),
      ...plan.runtime.map((part) => part.code),
      ...group(plan.assertions.map(assertion)),
      ...plan.embeddedC,
      ...plan.globals.flatMap(globalText),
      ...plan.orders.map((o) => o.code),
      ...plan.formats.map(printFormat),
      ...plan.regexes.map(printRegex),
      ...group(plan.families.flatMap((f) => f.declarations)),
      ...group(plan.functions.filter((f) => f.declare).map((f) => wrap(0, `${functionHead(f)};`).join('\n'))),
      ...plan.functions.map((f) => printFunction(f, steps)),
      ...handlers.flatMap((h) => printHandler(h, steps)),
      ...plan.families.map((f) => f.code),
      plan.life.code,
    ].flatMap(tidyItem),
  };
}

/** Lines that stand together: one item, or none. */
function group(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [lines.join('\n')];
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

/** At most one blank line at a time, none around, no blanks at the end of a line; nothing where nothing is left. */
function tidyItem(text: string): string[] {
  const ragged = /^(?:[ \t]*\n)+|\s+$|[ \t]*\n(?:[ \t]*\n){2,}|[ \t]+(?=\n)/g;
  const tidy = text.replaceAll(ragged, (blanks, at) => {
    const isInside = at > 0 && at + blanks.length < text.length;
    return isInside && blanks.includes('\n') ? '\n\n' : '';
  });
  return tidy === '' ? [] : [tidy];
}
