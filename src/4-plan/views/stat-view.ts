/** What `runtime/stat/stat.c.hbs` and `counter.c.hbs` read: plain JSON made from a statistic's description. */
import type { ForeachSort, StatOpName } from '../../1-parse/ast.ts';
import type { StatisticsUse } from '../../3-analyze/checked.ts';

export type Storage = 'locked' | 'percpu';

export interface StatDescription {
  /** Of the global; a C identifier. */
  readonly name: string;
  readonly statistics: StatisticsUse;
  readonly storage: Storage;
  /** Handlers read it while others add to it without a lock. */
  readonly watched?: boolean;
  /** Aggregates that a `foreach` sorts the statistics of an array by. */
  readonly sortedBy?: readonly ForeachSort['by'][];
}

export interface StatView {
  readonly name: string;
  /** `&g_s` exists: it is no value of an array. */
  readonly scalar: boolean;
  readonly percpu: boolean;
  readonly locked: boolean;
  /** A reader must not see parts of an addition without the rest. */
  readonly watched: boolean;
  /** More is kept than the count. */
  readonly several: boolean;
  readonly count: boolean;
  readonly sum: boolean;
  readonly min: boolean;
  readonly max: boolean;
  readonly variance: boolean;
  readonly histogram: boolean;
  readonly log: boolean;
  readonly linear: boolean;
  /** C literals; empty where there is no linear histogram. */
  readonly low: string;
  readonly width: string;
  readonly buckets: string;
}

export interface CounterView {
  readonly name: string;
  /** C literal that the sum starts from. */
  readonly init: string;
}

export function statView(description: StatDescription): StatView {
  return { ...fields(description, true), scalar: true };
}

/** The statistics that an array holds. */
export function valueStatView(description: StatDescription): StatView {
  return { ...fields(description, false), scalar: false };
}

export function counterView(name: string, init = 0n): CounterView {
  return { name, init: literal(init) };
}

const LOG_BUCKETS = 128n;

function fields(description: StatDescription, isScalar: boolean): Omit<StatView, 'scalar'> {
  const { statistics, storage, sortedBy = [] } = description;
  const ops = new Set<StatOpName>([...statistics.ops, ...sortedBy.map((by) => by ?? 'count')]);
  const { histogram } = statistics;
  const variance = ops.has('variance');
  const sum = ops.has('sum') || ops.has('avg') || variance;
  const onlySum = isScalar && ops.size === 1 && ops.has('sum') && histogram === undefined;
  const several = !onlySum && (sum || ops.has('min') || ops.has('max') || histogram !== undefined);
  const linear = histogram?.kind === 'linear' ? histogram : undefined;
  return {
    name: description.name,
    percpu: storage === 'percpu',
    locked: storage === 'locked',
    watched: storage === 'percpu' && several && description.watched === true,
    several,
    count: !onlySum,
    sum,
    min: ops.has('min'),
    max: ops.has('max'),
    variance,
    histogram: histogram !== undefined,
    log: histogram?.kind === 'log',
    linear: linear !== undefined,
    low: linear === undefined ? '' : literal(linear.low),
    width: linear === undefined ? '' : literal(linear.width),
    buckets: linear === undefined ? `${LOG_BUCKETS}` : `${linearBuckets(linear)}`,
  };
}

/** Buckets of a linear histogram, those below and above its range included. */
function linearBuckets(range: {
  readonly low: bigint;
  readonly high: bigint;
  readonly width: bigint;
}): bigint {
  return (range.high - range.low) / range.width + 3n;
}

function literal(value: bigint): string {
  if (value === -(2n ** 63n)) return 'S64_MIN';
  return value >= -(2n ** 31n) && value < 2n ** 31n ? `${value}` : `${value}LL`;
}
