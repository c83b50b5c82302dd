/** `begin`, `end`, `error`, `never`: the script's own beginning and end. */
import { nearest } from '../../diagnostics/suggest.ts';
import { matchesNames, numberArgument, readPattern, rejectArgument, reportComponent } from '../components.ts';
import type {
  FamilyHandler,
  FamilyPlan,
  FamilyPlanRequest,
  HandlerContext,
  ListedPoint,
  ProbeFamily,
} from '../family.ts';

const MECHANISMS: Readonly<Record<string, string>> = {
  begin: 'before all others',
  end: 'after all others',
  error: 'after all others, if there was an error',
};
const NAMES = ['begin', 'end', 'error', 'never'] as const;

type Moment = (typeof NAMES)[number];

export const begin: ProbeFamily = {
  name: 'begin',
  types: NAMES.flatMap((name) => (name === 'never' ? [name] : [name, `${name}(number)`])),

  claims: ([first]) => momentOf(first?.name) !== undefined,

  bind(point, { diagnostics }) {
    const [first, extra] = point.components;
    const moment = momentOf(first?.name);
    if (first === undefined || moment === undefined) return [];
    if (extra !== undefined) {
      reportComponent(extra, [], diagnostics);
      return [];
    }
    if (moment === 'never') {
      rejectArgument(first, diagnostics);
      return [{ text: moment, data: { moment, order: 0 } }];
    }
    if (first.arg === undefined) return [{ text: moment, data: { moment, order: 0 } }];
    const order = numberArgument(first, diagnostics);
    if (order === undefined) return [];
    return [{ text: `${moment}(${order})`, data: { moment, order: Number(order) } }];
  },

  suggest: (point) => nearest(point.components[0]?.name ?? '', NAMES),
  context: (): HandlerContext => ({ level: 'process', alone: true, regs: false, task: false }),
  mechanism: (point) => MECHANISMS[String(point.data.moment)] ?? 'never',
  variables: () => [],
  signature: () => [],

  *list(pattern): Iterable<ListedPoint> {
    const components = readPattern(pattern) ?? [];
    for (const name of NAMES) if (matchesNames(components, [name])) yield { text: name, variables: [] };
  },

  plan: planMoments,
};

function momentOf(name: string | undefined): Moment | undefined {
  return NAMES.find((known) => known === name);
}

function planMoments({ handlers, runner }: FamilyPlanRequest): FamilyPlan {
  const rows = (moment: Moment) => rowsOf(moment, handlers).map((row) => ({ ...row, runner }));
  const view = { begin: rows('begin'), end: rows('end'), error: rows('error') };
  const [first, second] = view.begin;
  // One handler needs no function around its call.
  const only = second === undefined ? first : undefined;
  const hasBegin = second !== undefined;
  const hasEnd = view.end.length > 0;
  const hasError = view.error.length > 0;
  const hasFinish = hasEnd || hasError;
  return {
    template: 'begin.c.hbs',
    view: { ...view, hasBegin, hasEnd, hasError, hasFinish },
    declarations: [],
    uses: only === undefined ? [] : [runner, only.body],
    ...(hasBegin ? { opening: 'tapc_begin()' } : {}),
    ...(only === undefined ? {} : { opening: `${runner}(&tapc_probes[${only.probe}], ${only.body})` }),
    ...(hasFinish ? { closing: 'tapc_finish()' } : {}),
  };
}

interface Row {
  readonly probe: number;
  readonly body: string;
  readonly isFirst: boolean;
}

/** The handlers of one moment in the order in which they run. */
function rowsOf(moment: Moment, handlers: readonly FamilyHandler[]): readonly Row[] {
  const orderOf = (handler: FamilyHandler): number => {
    const order = handler.points[0]?.data.order;
    return typeof order === 'number' ? order : 0;
  };
  return handlers
    .filter((handler) => handler.points[0]?.data.moment === moment)
    .sort((a, b) => orderOf(a) - orderOf(b) || a.index - b.index)
    .map((handler, i) => ({ probe: handler.index, body: handler.body, isFirst: i === 0 }));
}
