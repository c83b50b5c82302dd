/** `timer.ms(n)` and kin, `timer.profile`. */
import type { PointComponent } from '../../1-parse/ast.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { didYouMean, nearest } from '../../diagnostics/suggest.ts';
import { matchesNames, numberArgument, readPattern, rejectArgument, reportComponent } from '../components.ts';
import type {
  BindEnvironment,
  BoundPoint,
  FamilyHandler,
  FamilyPlan,
  HandlerContext,
  ListedPoint,
  ProbeFamily,
} from '../family.ts';
import { pointRows } from '../rows.ts';
import { LONGEST_NS, SHORTEST_NS, TIMER_UNITS, type TimerUnit, timerUnit } from './interval.ts';

/** The registers of what the timer interrupted. */
const INTERRUPTED = 'get_irq_regs()';
const UNIT_NAMES = TIMER_UNITS.flatMap((unit) => unit.names);

export const timer: ProbeFamily = {
  name: 'timer',
  types: [
    ...TIMER_UNITS.flatMap(({ names, randomize }) =>
      names.flatMap((name) => {
        const type = `timer.${name}(number)`;
        return randomize ? [type, `${type}.randomize(number)`] : [type];
      }),
    ),
    'timer.profile',
    'timer.profile.tick',
    'timer.profile.freq.hz(number)',
  ],

  claims: ([first]) => first?.name === 'timer' && first.arg === undefined,

  bind(point, env) {
    const [, unit, ...rest] = point.components;
    if (unit === undefined) {
      env.diagnostics.error('probe-component', point.span, '"timer" needs a unit: timer.ms(100)');
      return [];
    }
    return unit.name === 'profile' ? bindProfile(unit, rest, env) : bindInterval(unit, rest, env);
  },

  suggest(point) {
    const unit = point.components[1]?.name ?? '';
    return nearest(unit, [...UNIT_NAMES, 'profile']).map((name) => `timer.${name}`);
  },

  context: (point): HandlerContext => {
    const profile = point.data.profile === true;
    return { level: 'atomic', paced: true, regs: profile, task: profile };
  },

  mechanism: (point) => (point.data.profile === true ? 'a timer on each CPU' : 'a timer'),
  variables: () => [],
  signature: () => [],

  *list(pattern): Iterable<ListedPoint> {
    const components = readPattern(pattern) ?? [];
    for (const name of UNIT_NAMES) {
      if (matchesNames(components, ['timer', name])) yield { text: `timer.${name}(N)`, variables: [] };
    }
    if (matchesNames(components, ['timer', 'profile'])) yield { text: 'timer.profile', variables: [] };
  },

  plan: ({ handlers }) => planTimers(handlers),
};

function bindProfile(
  unit: PointComponent,
  rest: readonly PointComponent[],
  env: BindEnvironment,
): BoundPoint[] {
  const { diagnostics } = env;
  rejectArgument(unit, diagnostics);
  const [kind, rate, extra] = rest;
  if (kind === undefined || (kind.name === 'tick' && rate === undefined)) {
    return [profilePoint('timer.profile', 'NSEC_PER_SEC / HZ')];
  }
  if (kind.name !== 'freq' || rate?.name !== 'hz' || extra !== undefined) {
    reportComponent(kind.name === 'freq' ? (extra ?? rate ?? kind) : kind, ['tick', 'freq.hz'], diagnostics);
    return [];
  }
  const count = numberArgument(rate, diagnostics);
  const hz = timerUnit('hz');
  if (count === undefined || hz === undefined || !inRange(rate, hz, count, env)) return [];
  return [profilePoint(`timer.profile.freq.hz(${count})`, hz.period(String(count)))];
}

function profilePoint(text: string, period: string): BoundPoint {
  return { text, data: { profile: true, period, spread: null } };
}

function bindInterval(
  unit: PointComponent,
  rest: readonly PointComponent[],
  env: BindEnvironment,
): BoundPoint[] {
  const { diagnostics } = env;
  const known = timerUnit(unit.name);
  if (known === undefined) {
    const near = didYouMean(unit.name, [...UNIT_NAMES, 'profile']);
    const hints = near.length > 0 ? near : [`the units are ${UNIT_NAMES.join(' ')}, and timer.profile`];
    diagnostics.error('timer-unit', unit.span, `timers have no unit "${unit.name}"`, { hints });
    return [];
  }
  const count = numberArgument(unit, diagnostics);
  if (count === undefined || !inRange(unit, known, count, env)) return [];
  const [random, extra] = rest;
  if (extra !== undefined || (random !== undefined && random.name !== 'randomize')) {
    reportComponent(extra ?? random ?? unit, extra === undefined ? ['randomize'] : [], diagnostics);
    return [];
  }
  const text = `timer.${unit.name}(${count})`;
  const period = known.period(String(count));
  if (random === undefined) return [{ text, data: { profile: false, period, spread: null } }];
  const spread = numberArgument(random, diagnostics);
  if (spread === undefined || !mayVary(random, known, count, spread, diagnostics)) return [];
  const varied = { profile: false, period, spread: spread === 0n ? null : known.period(String(spread)) };
  return [{ text: `${text}.randomize(${spread})`, data: varied }];
}

/** Whether the period makes sense; reported where not. */
function inRange(component: PointComponent, unit: TimerUnit, count: bigint, env: BindEnvironment): boolean {
  const hz = BigInt(env.profile.config('HZ') ?? '250');
  const length = count > 0n ? unit.nanoseconds(count, hz) : 0n;
  if (length >= SHORTEST_NS && length <= LONGEST_NS) return true;
  const what = `${component.name}(${count})`;
  const message =
    count <= 0n
      ? `the period of a timer must be more than 0: ${what}`
      : length < SHORTEST_NS
        ? `${what} is a period of ${length} ns; the shortest is ${SHORTEST_NS / 1000n} us`
        : `${what} is longer than a day, the longest period of a timer`;
  env.diagnostics.error('timer-range', component.span, message);
  return false;
}

function mayVary(
  component: PointComponent,
  unit: TimerUnit,
  count: bigint,
  spread: bigint,
  diagnostics: Diagnostics,
): boolean {
  if (!unit.randomize) {
    diagnostics.error('timer-randomize', component.span, 'a rate in hertz cannot vary at random', {
      hints: ['write the period instead: timer.ms(100).randomize(50)'],
    });
    return false;
  }
  if (spread >= 0n && spread <= count) return true;
  diagnostics.error(
    'timer-randomize',
    component.span,
    `the period varies by up to randomize(n) both ways, so n must be 0 to ${count}`,
  );
  return false;
}

function planTimers(handlers: readonly FamilyHandler[]): FamilyPlan {
  const rows = pointRows(handlers, (point, handler) => ({
    period: point.data.period,
    spread: point.data.spread,
    hasSpread: point.data.spread !== null,
    profile: point.data.profile === true,
    registers: handler.needsRegisters ? INTERRUPTED : 'NULL',
  }));
  const timers = rows.filter((row) => !row.profile);
  const profiles = rows.filter((row) => row.profile);
  return {
    template: 'timer.c.hbs',
    view: {
      timers,
      profiles,
      hasTimers: timers.length > 0,
      hasProfiles: profiles.length > 0,
      onlyTimers: profiles.length === 0,
      onlyProfiles: timers.length === 0,
      both: timers.length > 0 && profiles.length > 0,
    },
    uses: [
      'tapc_timer_again',
      ...(rows.some((row) => row.profile || row.registers === INTERRUPTED) ? ['get_irq_regs'] : []),
      ...(timers.length > 0 ? ['tapc_timers_start', 'tapc_timers_cancel', 'tapc_timers_missed'] : []),
      ...(profiles.length > 0
        ? [
            'tapc_profile_start',
            'tapc_profile_cancel',
            'tapc_profiles_missed',
            'tapc_profiles_start',
            'cpuhp_remove_state',
          ]
        : []),
    ],
    declarations: [],
    attach: 'tapc_timer_attach',
    detach: 'tapc_timer_detach',
    missed: 'tapc_timer_missed',
  };
}
