/** What the core asks of every module: tables of its probes, families, memory and counts. */
import type { ModulePlan, PlanFamily, PlanGlobal, PlanHandler, PlanOrder } from '../4-plan/plan.ts';
import { cString } from './literal.ts';
import { columns, WIDTH } from './wrap.ts';

export function probeRow(handler: PlanHandler): string {
  const members = [
    `.point = ${cString(handler.point)}`,
    `.written = ${cString(handler.written)}`,
    `.where = ${cString(handler.where)}`,
  ];
  return row(members);
}

export function familyRow(family: PlanFamily): string {
  const members: string[] = [];
  if (family.attach !== undefined) members.push(`.attach = ${family.attach}`);
  if (family.detach !== undefined) members.push(`.detach = ${family.detach}`);
  if (family.missed !== undefined) members.push(`.missed = ${family.missed}`);
  return row(members);
}

function row(members: readonly string[]): string {
  const line = `\t{ ${members.join(', ')} },`;
  if (columns(line) <= WIDTH) return line;
  return `\t{\n${members.map((m) => `\t\t${m},\n`).join('')}\t},`;
}

export interface Parts {
  /** C of the functions that the tables need. */
  readonly functions: readonly string[];
  readonly rows: readonly string[];
}

/** Memory that is taken when the module loads. */
export function memoryParts(plan: ModulePlan): Parts {
  const functions: string[] = [];
  const rows: string[] = [];
  for (const global of plan.globals) {
    if (global.kind !== 'template' || global.create === undefined) continue;
    const stop = global.destroy === undefined ? [] : [`.stop = ${global.destroy}`];
    rows.push(row([`.start = ${global.create}`, ...stop]));
  }
  for (const order of plan.orders) {
    functions.push(...orderFunctions(order));
    rows.push(row([`.start = ${order.name}_create`, `.stop = ${order.name}_destroy`]));
  }
  return { functions, rows };
}

function orderFunctions({ name, entries }: PlanOrder): string[] {
  return [
    `static int ${name}_create(void)\n{\n\treturn tapc_order_create(&${name}, ${entries});\n}`,
    `static void ${name}_destroy(void)\n{\n\ttapc_order_destroy(&${name});\n}`,
  ];
}

/** Counts of the globals in the status. */
export function gaugeParts(globals: readonly PlanGlobal[]): Parts {
  const functions: string[] = [];
  const rows: string[] = [];
  for (const global of globals) {
    if (global.kind !== 'template' || global.map === undefined) continue;
    for (const what of ['full', 'wrapped']) {
      const read = `${global.map}_${what}`;
      functions.push(`static u64 ${read}(void)\n{\n\treturn READ_ONCE(${global.map}.${what});\n}`);
      rows.push(
        row(['.kind = "map"', `.name = ${cString(global.name)}`, `.what = "${what}"`, `.read = ${read}`]),
      );
    }
  }
  return { functions, rows };
}
