/** A plan's functions and handlers as text, a line a step: what they mean, not how the C is written. */
import type { Exit, ModulePlan, PlanHandler, PrintField, Step, Value } from '../../src/4-plan/plan.ts';

export function showPlan(plan: ModulePlan): string[] {
  const lines: string[] = [];
  for (const global of plan.globals) {
    const what = global.kind === 'variable' ? 'variable' : global.parts.map((p) => p.template).join(' ');
    lines.push(`global ${global.name}: ${what}${global.lock === undefined ? '' : `, ${global.lock}`}`);
  }
  for (const format of plan.formats) lines.push(`format ${format.name}: ${JSON.stringify(format.pieces)}`);
  for (const fn of plan.functions) {
    const params = fn.params.map((p) => `${p.type}${p.name}`).join(', ');
    lines.push('', `function ${fn.returns}${fn.name}(${params})`, ...showBody(fn));
  }
  for (const handler of plan.handlers) lines.push(...showHandler(handler));
  return lines;
}

function showHandler(handler: PlanHandler): string[] {
  const params = handler.parameters.map((p) => `, ${p}`).join('');
  const head = `handler ${handler.index} ${handler.written} [${handler.class}${params}]`;
  const entry = handler.entry === undefined ? [] : ['  entry:', ...showBody(handler.entry)];
  return ['', head, ...entry, ...showLight(handler), ...showWhole(handler)];
}

function showWhole(handler: PlanHandler): string[] {
  if (handler.emitBody) return showBody(handler);
  return handler.light === undefined ? [`  as ${handler.body}`] : [];
}

function showLight({ light }: PlanHandler): string[] {
  if (light === undefined) return [];
  const nature = [
    light.pinned ? ' pinned' : '',
    light.guarded ? ' guarded' : '',
    light.mayFail ? ' may fail' : '',
  ];
  return [`  light${nature.join('')}:`, ...showSteps(light.steps, 2)];
}

function showBody(body: Pick<PlanHandler, 'frame' | 'steps'>): string[] {
  const fields = (body.frame?.fields ?? []).map((f) => f.name).join(' ');
  return [...(fields === '' ? [] : [`  frame ${fields}`]), ...showSteps(body.steps, 1)];
}

function showSteps(steps: readonly Step[], depth: number): string[] {
  return steps.flatMap((step) => showStep(step, depth));
}

function showStep(step: Step, depth: number): string[] {
  const pad = '  '.repeat(depth);
  switch (step.kind) {
    case 'source':
      return [];
    case 'set':
      return [`${pad}${value(step.target)} ${step.op} ${value(step.value)}`];
    case 'do':
      return [`${pad}${value(step.value)}`];
    case 'if':
      return [
        `${pad}if ${value(step.condition)}`,
        ...showSteps(step.body, depth + 1),
        ...(step.else.length === 0 ? [] : [`${pad}else`, ...showSteps(step.else, depth + 1)]),
      ];
    case 'loop': {
      const clause = (s: Step | undefined) => (s === undefined ? '' : (showStep(s, 0)[0] ?? ''));
      const condition = step.condition === undefined ? '' : value(step.condition);
      return [
        `${pad}loop (${clause(step.init)}; ${condition}; ${clause(step.step)})`,
        ...showSteps(step.body, depth + 1),
      ];
    }
    case 'check':
      return [`${pad}on error ${exit(step.to)}`];
    case 'leave':
      return [`${pad}${exit(step.to)}`];
    case 'label':
      return [`${pad}${step.name}:`];
    case 'break':
    case 'continue':
      return [`${pad}${step.kind}`];
    case 'print':
      return [`${pad}print ${step.mode} ${step.format}(${step.fields.map(field).join(', ')})`];
    case 'c':
      return step.text.split('\n').map((line) => `${pad}C ${line}`);
  }
}

function exit(to: Exit): string {
  if (to.kind === 'label') return `goto ${to.name}`;
  return to.value === undefined ? 'return' : `return ${value(to.value)}`;
}

function field(f: PrintField): string {
  return f.kind === 'long' ? value(f.value) : `${f.kind} ${value(f.value)} (${value(f.size)})`;
}

/** Every operator with its parentheses, so that the tree shows. */
function value(v: Value): string {
  switch (v.kind) {
    case 'number':
      return v.text;
    case 'text':
      return JSON.stringify(v.text);
    case 'name':
      return v.name;
    case 'call':
      return `${v.name}(${v.args.map(value).join(', ')})`;
    case 'unary':
      return `${v.op}${value(v.operand)}`;
    case 'binary':
      return `(${value(v.left)} ${v.op} ${value(v.right)})`;
    case 'choose':
      return `(${value(v.condition)} ? ${value(v.yes)} : ${value(v.no)})`;
    case 'cast':
      return `(${v.type})${value(v.operand)}`;
    case 'list':
      return `{${v.items.map(value).join(', ')}}`;
    case 'c':
      return `\`${v.text}\``;
  }
}
