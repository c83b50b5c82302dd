/** Globals as the module has them: plain variables, or what the runtime's templates make of a description. */

import type { CheckedGlobal } from '../3-analyze/checked.ts';
import { unreachable } from '../unreachable.ts';
import { num } from './build.ts';
import type { GlobalInfo, GlobalTable, OrderUse } from './globals.ts';
import { lockName } from './handler.ts';
import { parseItems } from './link/items.ts';
import type { RuntimeFile } from './link/library.ts';
import type { Places } from './places.ts';
import type {
  PlanGlobal,
  PlanOrder,
  PlanRuntimePart,
  PlanTemplatePart,
  PlanVariable,
  Value,
} from './plan.ts';
import { mapView } from './views/map-view.ts';
import { counterView, type StatView, statView } from './views/stat-view.ts';

export type Render = (template: string, view: object) => string;

interface TemplateUse {
  readonly template: string;
  readonly view: object;
}

const MAP = 'runtime/map/map.c.hbs';
const STAT = 'runtime/stat/stat.c.hbs';
const ORDER = 'runtime/map/order.c.hbs';
const COUNTER = 'runtime/stat/counter.c.hbs';

/** A global's templates, rendered, under the facility name that marks them as parts of the module. */
export interface RenderedGlobal {
  readonly info: GlobalInfo;
  readonly uses: readonly TemplateUse[];
  readonly files: readonly RuntimeFile[];
}

export const RENDERED = 'script';

/** Memory for each sorted `foreach`. */
export function planOrders(orders: readonly OrderUse[], render: Render): PlanOrder[] {
  return orders.map((order) => ({ ...order, code: render(ORDER, order).trim() }));
}

export function renderGlobals(globals: GlobalTable, render: Render): RenderedGlobal[] {
  return globals.all.map((info) => {
    const uses = templatesOf(info, globals);
    const files = uses.map(({ template, view }) => {
      const { items, includes } = parseItems(render(template, view));
      return { facility: RENDERED, file: fileName(info, template), items, includes };
    });
    return { info, uses, files };
  });
}

function fileName(info: GlobalInfo, template: string): string {
  return `${info.id}:${template}`;
}

function templatesOf(info: GlobalInfo, globals: GlobalTable): TemplateUse[] {
  const { id, checked } = info;
  const storage = info.percpu ? 'percpu' : 'locked';
  switch (info.form) {
    case 'number':
    case 'atomic':
    case 'string':
      return [];
    case 'counter':
      return [{ template: COUNTER, view: counterView(id, initialNumber(info)) }];
    case 'statistic':
      return [{ template: STAT, view: statisticView(info) }];
    case 'array': {
      const view = mapView({
        name: id,
        keys: checked.keys.map((type) => (type === 'string' ? 'string' : 'long')),
        value: checked.type,
        wrap: checked.wrap,
        storage,
        watched: checked.watched,
        sorts: globals.sorts(id),
        ...(checked.size === undefined ? {} : { size: checked.size }),
        ...(checked.type === 'stats' ? { statistics: statisticsOf(checked) } : {}),
      });
      return [...view.stat.map((stat) => ({ template: STAT, view: stat })), { template: MAP, view }];
    }
    default:
      return unreachable(info.form);
  }
}

/** Of a statistic that is no array's. */
export function statisticView({ id, percpu, checked }: GlobalInfo): StatView {
  const storage = percpu ? 'percpu' : 'locked';
  const { watched } = checked;
  return statView({ name: id, statistics: statisticsOf(checked), storage, watched });
}

function statisticsOf(checked: CheckedGlobal) {
  return checked.statistics ?? { ops: new Set<never>(), shift: 0 };
}

function initialNumber(info: GlobalInfo): bigint {
  const { init } = info.global.variable;
  return init?.kind === 'number' ? init.value : 0n;
}

/** `parts`: what the linker took of the rendered templates; `names`: all that the module mentions. */
export function planGlobals(
  rendered: readonly RenderedGlobal[],
  parts: readonly PlanRuntimePart[],
  names: ReadonlySet<string>,
  places: Places,
): PlanGlobal[] {
  return rendered.flatMap(({ info, uses }): PlanGlobal[] => {
    const { id, global } = info;
    const base = {
      name: global.variable.name,
      where: places.where(global.variable.span),
      ...(names.has(lockName(id)) ? { lock: lockName(id) } : {}),
    };
    if (uses.length === 0) {
      if (!names.has(`g_${id}`) && base.lock === undefined) return [];
      return [{ ...base, kind: 'variable', ...plainVariable(info) }];
    }
    const taken = uses.flatMap(({ template, view }): PlanTemplatePart[] => {
      const own = parts.filter((p) => p.file === fileName(info, template));
      if (own.length === 0) return [];
      const items = own.flatMap((p) => p.items);
      return [{ template, view, items, code: own.map((p) => p.code).join('\n\n') }];
    });
    return [{ ...base, kind: 'template', parts: taken }];
  });
}

function plainVariable(info: GlobalInfo): { variable: PlanVariable; constant: boolean } {
  const { init } = info.global.variable;
  const constant = info.checked.storage === 'constant';
  const variable: PlanVariable =
    info.form === 'string'
      ? { type: 'char ', name: `g_${info.id}`, suffix: '[TAPC_STRLEN]', ...initOf(init?.value) }
      : { type: 's64 ', name: `g_${info.id}`, suffix: '', ...initOf(init?.value) };
  return { variable, constant };
}

function initOf(value: bigint | string | undefined): { init?: Value } {
  if (value === undefined || value === 0n || value === '') return {};
  return { init: typeof value === 'bigint' ? num(value) : { kind: 'text', text: value } };
}
