/** `perf.type(t).config(c)`, every so many events, or so often a second, or counted for `@perf` to read. */
import type { PointComponent, Span } from '../../1-parse/ast.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import {
  matchesNames,
  numberArgument,
  readPattern,
  rejectArgument,
  reportComponent,
  stringArgument,
} from '../components.ts';
import type {
  BoundPoint,
  FamilyHandler,
  FamilyPlan,
  HandlerContext,
  ListedPoint,
  PlacedPoints,
  ProbeFamily,
} from '../family.ts';
import { pointRows } from '../rows.ts';

/** As in SystemTap. */
const EVENTS_UNLESS_SAID = 1_000_000n;
const MOST_TYPE = (1n << 32n) - 1n;
/** The kernel takes periods below 2^63. */
const MOST_SAMPLE = (1n << 63n) - 1n;
/** The types whose numbers are the kernel's for good: each CPU counts them for itself. Others may have one counter for many CPUs. */
const MOST_COUNTED_TYPE = 5n;

export const perf: ProbeFamily = {
  name: 'perf',
  types: ['', '.sample(number)', '.hz(number)', '.counter(string)'].map(
    (rate) => `perf.type(number).config(number)${rate}`,
  ),

  claims: ([first, second]) => first?.name === 'perf' && second?.name === 'type',

  bind(point, { diagnostics }) {
    const [first, typeComponent, configComponent, rate, extra] = point.components;
    if (first !== undefined) rejectArgument(first, diagnostics);
    const type = numberArgument(typeComponent, diagnostics);
    if (type === undefined) return [];
    if (configComponent?.name !== 'config') {
      const message = 'perf.type(…) needs a number of the event: perf.type(0).config(0)';
      diagnostics.error('probe-component', (configComponent ?? point).span, message);
      return [];
    }
    const config = numberArgument(configComponent, diagnostics);
    if (config === undefined || !fits(typeComponent, type, MOST_TYPE, diagnostics)) return [];
    const text = `perf.type(${type}).config(${BigInt.asUintN(64, config)})`;
    if (rate === undefined) return [pointOf(text, type, config, EVENTS_UNLESS_SAID, false)];
    if (rate.name === 'process') {
      diagnostics.error('probe-unavailable', rate.span, 'counters of one process are not available in tapc', {
        hints: [
          extra?.name === 'counter'
            ? 'they belong to probes of user-space programs; without .process(…) every CPU counts, and @perf reads the count of its own'
            : 'without it the counter is that of each CPU; test pid() in the handler',
        ],
      });
      return [];
    }
    if (rate.name === 'counter' && extra === undefined) {
      const name = stringArgument(rate, diagnostics);
      if (name === undefined) return [];
      if (type > MOST_COUNTED_TYPE) {
        const message = `what type ${type} stands for may be counted on one CPU for others; @perf reads the count of its own`;
        diagnostics.error('probe-unavailable', rate.span, message, {
          hints: [`types 0 to ${MOST_COUNTED_TYPE} are counted on every CPU`],
        });
        return [];
      }
      return [counterOf(text, type, config, name)];
    }
    if (extra !== undefined || (rate.name !== 'sample' && rate.name !== 'hz')) {
      reportComponent(extra ?? rate, extra === undefined ? ['sample', 'hz', 'counter'] : [], diagnostics);
      return [];
    }
    const count = numberArgument(rate, diagnostics);
    if (count === undefined || !fits(rate, count - 1n, MOST_SAMPLE, diagnostics)) return [];
    return [pointOf(`${text}.${rate.name}(${count})`, type, config, count, rate.name === 'hz')];
  },

  together: reportTwins,
  suggest: () => [],
  context: (): HandlerContext => ({ level: 'nmi', regs: true, task: true }),
  mechanism: () => 'a performance counter on each CPU',
  variables: () => [],
  signature: () => [],

  *list(pattern): Iterable<ListedPoint> {
    const components = readPattern(pattern) ?? [];
    for (const [rate, argument] of [
      ['sample', 'N'],
      ['hz', 'N'],
      ['counter', '"name"'],
    ] as const) {
      if (matchesNames(components, ['perf', 'type', 'config', rate])) {
        yield { text: `perf.type(N).config(N).${rate}(${argument})`, variables: [] };
      }
    }
  },

  plan: ({ handlers }) => planCounters(handlers),
};

function fits(
  component: PointComponent | undefined,
  value: bigint,
  most: bigint,
  diagnostics: Diagnostics,
): boolean {
  if (value >= 0n && value <= most) return true;
  if (component !== undefined) {
    diagnostics.error('probe-argument', component.span, `"${component.name}" does not take this number`);
  }
  return false;
}

function pointOf(text: string, type: bigint, config: bigint, sample: bigint, often: boolean): BoundPoint {
  const data = { type: String(type), config: hex(config), sample: String(sample), often };
  return { text, data };
}

/** A counter that calls nobody: the period of none. */
function counterOf(text: string, type: bigint, config: bigint, name: string): BoundPoint {
  const point = pointOf(`${text}.counter(${JSON.stringify(name)})`, type, config, 0n, false);
  const letters = [...Buffer.from(name)].map((byte) => {
    const letter = String.fromCharCode(byte);
    return /[a-z0-9]/i.test(letter) ? letter : `_${byte.toString(16).padStart(2, '0')}`;
  });
  return { ...point, counter: { name, variable: `tapc_perf_named_${letters.join('')}` } };
}

/** `@perf("name")` must lead to one counter. */
function reportTwins(probes: readonly PlacedPoints[], diagnostics: Diagnostics): void {
  const first = new Map<string, Span>();
  for (const { points, span } of probes) {
    for (const { counter } of points) {
      if (counter === undefined) continue;
      const before = first.get(counter.name);
      if (before === undefined) first.set(counter.name, span);
      else {
        diagnostics.error('counter-twice', span, `two counters have the name "${counter.name}"`, {
          notes: [{ span: before, message: 'the other one' }],
        });
      }
    }
  }
}

function hex(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

function planCounters(handlers: readonly FamilyHandler[]): FamilyPlan {
  const points = pointRows(handlers, ({ data, counter }) => ({
    ...data,
    named: counter !== undefined,
    variable: counter?.variable ?? null,
  }));
  const named = points.flatMap(({ variable }) => (variable === null ? [] : [variable]));
  return {
    template: 'perf.c.hbs',
    view: { points },
    uses: [
      'tapc_perf_up',
      'tapc_perf_down',
      'tapc_refuse',
      'cpuhp_setup_state',
      'cpuhp_remove_state',
      'synchronize_rcu',
    ],
    declarations: named.map((variable) => `static DEFINE_PER_CPU(struct perf_event *, ${variable});`),
    attach: 'tapc_perf_attach',
    detach: 'tapc_perf_detach',
    refuses: true,
  };
}
