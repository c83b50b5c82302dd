/** Functions in an order in which each stands before its callers, as far as recursion lets it. */
import type { PlanFunction } from './plan.ts';
import type { IdentifierTable } from './tree.ts';

export function orderFunctions(
  functions: readonly PlanFunction[],
  identifiers: IdentifierTable,
): PlanFunction[] {
  const byName = new Map(functions.map((f) => [f.name, f]));
  const calls = new Map(functions.map((f) => [f.name, identifiers.of(f.steps)]));
  const placed: PlanFunction[] = [];
  const seen = new Set<string>();
  const visit = (fn: PlanFunction): void => {
    if (seen.has(fn.name)) return;
    seen.add(fn.name);
    for (const name of calls.get(fn.name) ?? []) {
      const callee = byName.get(name);
      if (callee !== undefined) visit(callee);
    }
    placed.push(fn);
  };
  for (const fn of functions) visit(fn);
  // Those that something before them calls are declared first.
  const called = new Set<string>();
  return placed.map((fn) => {
    const declare = called.has(fn.name);
    for (const name of calls.get(fn.name) ?? []) if (name !== fn.name) called.add(name);
    return declare ? { ...fn, declare } : fn;
  });
}
