/** The end of every module: its tables, its status, its init and exit, as the core's template has them. */
import type { Render, RenderedGlobal } from './global-plans.ts';
import type { OrderUse } from './globals.ts';
import type { PlanFamily, PlanHandler } from './plan.ts';

export const LIFE_TEMPLATE = 'runtime/core/module.c.hbs';

export interface LifeInput {
  readonly handlers: readonly PlanHandler[];
  readonly families: readonly PlanFamily[];
  readonly globals: readonly RenderedGlobal[];
  readonly orders: readonly OrderUse[];
  /** `void f(struct seq_file *)`: lines at the end of the status. */
  readonly shows: readonly string[];
  /** Memory besides that of globals. */
  readonly memory: readonly { readonly create: string; readonly destroy: string }[];
  readonly description: string;
}

/** The view of the template: C text in every field but the booleans. */
export function lifeView(input: LifeInput): object {
  const { handlers, families, globals, orders } = input;
  const attached = families.flatMap(({ attach, detach }) =>
    attach === undefined || detach === undefined ? [] : [{ attach, detach }],
  );
  const parts = [...globals.flatMap(memory), ...orders.map(orderMemory), ...input.memory];
  return {
    probes: handlers.map((h) => ({
      point: JSON.stringify(h.point),
      written: JSON.stringify(h.written),
      where: JSON.stringify(h.where),
    })),
    hasLights: handlers.some((h) => h.light !== undefined),
    hasFamilies: attached.length > 0,
    families: attached,
    openings: families.flatMap((f) => f.opening ?? []),
    closings: families.flatMap((f) => f.closing ?? []),
    missed: families.flatMap((f) => f.missed ?? []),
    refuses: families.some((f) => f.refuses),
    hasMissed: families.some((f) => f.missed !== undefined),
    gauges: globals.flatMap(gauges),
    parts,
    undoes: parts.length > 0 || attached.length > 0,
    waits: families.some((f) => f.opening !== undefined || f.closing !== undefined),
    shows: input.shows,
    description: JSON.stringify(input.description),
  };
}

/** Entries that an array refused, or dropped for newer ones. */
function gauges({ info }: RenderedGlobal): object[] {
  if (info.form !== 'array') return [];
  const what = info.checked.wrap ? 'wrapped' : 'full';
  return [{ kind: 'map', name: info.global.variable.name, what, value: `map_${info.id}.${what}` }];
}

function memory({ files }: RenderedGlobal): object[] {
  return files.flatMap((file) => {
    const names = file.items.flatMap((item) => item.defines);
    const create = names.find((name) => name.endsWith('_create'));
    const destroy = names.find((name) => name.endsWith('_destroy'));
    return create === undefined || destroy === undefined ? [] : [{ create, destroy }];
  });
}

function orderMemory({ name }: OrderUse): object {
  return { create: `${name}_create`, destroy: `${name}_destroy` };
}

export function renderLife(view: object, render: Render): string {
  return render(LIFE_TEMPLATE, view).trim();
}
