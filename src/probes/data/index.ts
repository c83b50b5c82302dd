/** `kernel.data("symbol").write`, `kernel.data(address).rw`: the processor watches a place in memory. */
import type { PointComponent } from '../../1-parse/ast.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { matchesNames, numberArgument, readPattern, rejectArgument, reportComponent } from '../components.ts';
import type {
  BindEnvironment,
  FamilyPlan,
  FamilyPlanRequest,
  HandlerContext,
  ListedPoint,
  ProbeFamily,
} from '../family.ts';
import { pointRows } from '../rows.ts';

const ACCESSES = ['write', 'rw'] as const;
/** Bytes that a processor can watch at once. */
const LENGTHS = [1n, 2n, 4n, 8n] as const;
/** Registers of an x86 processor for it. */
const MOST = 4;

export const data: ProbeFamily = {
  name: 'data',
  types: ['(string)', '(number)', '(number).length(number)'].flatMap((place) =>
    ACCESSES.map((access) => `kernel.data${place}.${access}`),
  ),

  claims: ([first, second]) => first?.name === 'kernel' && second?.name === 'data',

  bind(point, env) {
    const { diagnostics } = env;
    const [kernel, place, ...rest] = point.components;
    if (kernel === undefined || place === undefined || !isServed(place, env)) return [];
    rejectArgument(kernel, diagnostics);
    const where = placeOf(place, diagnostics);
    if (where === undefined) return [];
    const isAddress = where.address !== null;
    const hasLength = isAddress && rest[0]?.name === 'length';
    const length = hasLength ? lengthOf(rest[0], diagnostics) : 1n;
    const [access, extra] = hasLength ? rest.slice(1) : rest;
    if (length === undefined) return [];
    if (access === undefined) {
      diagnostics.error('probe-component', place.span, 'say what to watch for: .write or .rw');
      return [];
    }
    const known = ACCESSES.find((name) => name === access.name);
    if (known === undefined || extra !== undefined) {
      const here = [...ACCESSES, ...(isAddress && !hasLength ? ['length'] : [])];
      reportComponent(
        known === undefined ? access : (extra ?? access),
        known === undefined ? here : [],
        diagnostics,
      );
      return [];
    }
    rejectArgument(access, diagnostics);
    const text = `kernel.data(${where.text})${hasLength ? `.length(${length})` : ''}.${known}`;
    return [
      { text, data: { symbol: where.symbol, address: where.address, length: String(length), access: known } },
    ];
  },

  suggest: () => [],
  context: (): HandlerContext => ({ level: 'nmi', regs: true, task: true }),
  mechanism: () => 'a debug register of each processor',
  variables: () => [],
  signature: () => [],

  *list(pattern): Iterable<ListedPoint> {
    const components = readPattern(pattern) ?? [];
    for (const access of ACCESSES) {
      if (matchesNames(components, ['kernel', 'data', access])) {
        yield { text: `kernel.data("SYMBOL").${access}`, variables: [] };
      }
    }
  },

  plan: planWatches,
};

function isServed(place: PointComponent, { profile, diagnostics }: BindEnvironment): boolean {
  if (profile.arch === 'x86_64') return true;
  diagnostics.error(
    'probe-unavailable',
    place.span,
    `watchpoints are not available in tapc on ${profile.arch}`,
    {
      hints: [
        'there the kernel runs the instruction that was caught only once the watchpoint is gone',
        'probe the functions that write the value',
      ],
    },
  );
  return false;
}

interface Where {
  readonly text: string;
  readonly symbol: string | null;
  /** Hex. */
  readonly address: string | null;
}

function placeOf(component: PointComponent, diagnostics: Diagnostics): Where | undefined {
  const { arg, span } = component;
  if (arg?.kind === 'string' && /^[A-Za-z_.$][\w.$]*$/.test(arg.value)) {
    return { text: `"${arg.value}"`, symbol: arg.value, address: null };
  }
  if (arg?.kind === 'number') {
    const address = `0x${BigInt.asUintN(64, arg.value).toString(16)}`;
    return { text: address, symbol: null, address };
  }
  diagnostics.error(
    'probe-argument',
    span,
    '"data" takes an address or the name of a variable: kernel.data("jiffies")',
  );
  return undefined;
}

/** The next length that a processor can watch. */
function lengthOf(component: PointComponent | undefined, diagnostics: Diagnostics): bigint | undefined {
  const wanted = numberArgument(component, diagnostics);
  if (wanted === undefined || component === undefined) return undefined;
  const length = wanted < 1n ? undefined : LENGTHS.find((n) => n >= wanted);
  if (length === undefined) {
    diagnostics.error('probe-argument', component.span, 'the processor watches 1 to 8 bytes');
  }
  return length;
}

function planWatches({ handlers, diagnostics }: FamilyPlanRequest): FamilyPlan {
  const points = pointRows(handlers, (point, handler) => ({
    hasSymbol: point.data.symbol !== null,
    symbol: JSON.stringify(point.data.symbol),
    address: point.data.address,
    length: point.data.length,
    access: point.data.access === 'rw' ? 'HW_BREAKPOINT_RW' : 'HW_BREAKPOINT_W',
    span: handler.span,
  }));
  const tooMany = points[MOST];
  if (tooMany !== undefined) {
    diagnostics.warning('many-watchpoints', tooMany.span, `a processor watches ${MOST} places at most`);
  }
  return {
    template: 'data.c.hbs',
    view: { points: points.map(({ span: _, ...rest }) => rest) },
    uses: [
      'tapc_watch_find',
      'tapc_perf_up',
      'tapc_perf_down',
      'cpuhp_setup_state',
      'cpuhp_remove_state',
      'synchronize_rcu',
    ],
    declarations: [],
    attach: 'tapc_watch_attach',
    detach: 'tapc_watch_detach',
    refuses: true,
  };
}
