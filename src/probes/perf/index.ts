/** `perf.type(t).config(c)`, every so many events or so often a second. */
import type { PointComponent } from '../../1-parse/ast.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { matchesNames, numberArgument, readPattern, rejectArgument, reportComponent } from '../components.ts';
import type {
  BoundPoint,
  FamilyHandler,
  FamilyPlan,
  HandlerContext,
  ListedPoint,
  ProbeFamily,
} from '../family.ts';
import { pointRows } from '../rows.ts';

/** As in SystemTap. */
const EVENTS_UNLESS_SAID = 1_000_000n;
const MOST_TYPE = (1n << 32n) - 1n;
/** The kernel takes periods below 2^63. */
const MOST_SAMPLE = (1n << 63n) - 1n;

export const perf: ProbeFamily = {
  name: 'perf',

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
    if (rate.name === 'process' || rate.name === 'counter') {
      diagnostics.error('probe-unavailable', rate.span, 'counters of one process are not available in tapc', {
        hints: ['without it the counter is that of each CPU; test pid() in the handler'],
      });
      return [];
    }
    if (extra !== undefined || (rate.name !== 'sample' && rate.name !== 'hz')) {
      reportComponent(extra ?? rate, extra === undefined ? ['sample', 'hz'] : [], diagnostics);
      return [];
    }
    const count = numberArgument(rate, diagnostics);
    if (count === undefined || !fits(rate, count - 1n, MOST_SAMPLE, diagnostics)) return [];
    return [pointOf(`${text}.${rate.name}(${count})`, type, config, count, rate.name === 'hz')];
  },

  suggest: () => [],
  context: (): HandlerContext => ({ level: 'nmi', regs: true, task: true }),
  mechanism: () => 'a performance counter on each CPU',
  variables: () => [],
  signature: () => [],

  *list(pattern): Iterable<ListedPoint> {
    const components = readPattern(pattern) ?? [];
    for (const rate of ['sample', 'hz']) {
      if (matchesNames(components, ['perf', 'type', 'config', rate])) {
        yield { text: `perf.type(N).config(N).${rate}(N)`, variables: [] };
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

function hex(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

function planCounters(handlers: readonly FamilyHandler[]): FamilyPlan {
  const points = pointRows(handlers, ({ data }) => data);
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
    declarations: [],
    attach: 'tapc_perf_attach',
    detach: 'tapc_perf_detach',
    refuses: true,
  };
}
