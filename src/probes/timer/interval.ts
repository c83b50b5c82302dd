/** Units and ranges of timer probes. */

export interface TimerUnit {
  /** As it may be written. */
  readonly names: readonly string[];
  /** C expression of the period in nanoseconds for a count, itself a C expression. */
  readonly period: (count: string) => string;
  /** Nanoseconds of a count, for judging it; that of jiffies rests on the kernel's HZ. */
  readonly nanoseconds: (count: bigint, hz: bigint) => bigint;
  readonly randomize: boolean;
}

const SECOND = 1_000_000_000n;

function timesUnit(names: readonly string[], constant: string, size: bigint): TimerUnit {
  return {
    names,
    period: (count) => (constant === '' ? count : `${count} * ${constant}`),
    nanoseconds: (count) => count * size,
    randomize: true,
  };
}

export const TIMER_UNITS: readonly TimerUnit[] = [
  timesUnit(['s', 'sec'], 'NSEC_PER_SEC', SECOND),
  timesUnit(['ms', 'msec'], 'NSEC_PER_MSEC', 1_000_000n),
  timesUnit(['us', 'usec'], 'NSEC_PER_USEC', 1_000n),
  timesUnit(['ns', 'nsec'], '', 1n),
  {
    names: ['jiffies'],
    period: (count) => `${count} * (NSEC_PER_SEC / HZ)`,
    nanoseconds: (count, hz) => count * (SECOND / hz),
    randomize: true,
  },
  {
    names: ['hz'],
    period: (count) => `NSEC_PER_SEC / ${count}`,
    nanoseconds: (count) => SECOND / count,
    randomize: false,
  },
];

/** Shorter, and a machine would do little but serve its timer. */
export const SHORTEST_NS = 10_000n;
/** One day, as in SystemTap. */
export const LONGEST_NS = 86_400n * SECOND;

export function timerUnit(name: string): TimerUnit | undefined {
  return TIMER_UNITS.find((unit) => unit.names.includes(name));
}
