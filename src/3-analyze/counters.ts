/** What `@perf` can read. */
import type { Program } from '../2-resolve/program.ts';
import type { PointCounter } from '../probes/family.ts';

/** The counters of a program by their names. */
export function countersOf({ probes }: Pick<Program, 'probes'>): ReadonlyMap<string, PointCounter> {
  const counters = probes.flatMap(({ points }) => points.flatMap(({ counter }) => counter ?? []));
  return new Map(counters.map((counter) => [counter.name, counter]));
}
