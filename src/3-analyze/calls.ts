/** Who calls whom. */
import type { Call } from '../1-parse/ast.ts';
import type { ProgramFunction, Symbols } from '../2-resolve/program.ts';
import { rootsOf, type Unit } from './units.ts';
import { type Elided, walkLive } from './walk.ts';

/**
 * The functions that a call may run, first choice first. More than one only where a `next` may pass from one overload
 * to the following. Empty where the name or the number of arguments fits none.
 */
export function overloadsOf(call: Call, symbols: Symbols, elided: Elided): readonly ProgramFunction[] {
  const resolved = symbols.get(call);
  if (resolved?.kind !== 'function') return [];
  const fitting = resolved.overloads.filter((fn) => fn.item.params.length === call.args.length);
  if (fitting.length < 2) return fitting;
  const first = fitting.findIndex((fn) => !mayPassOn(fn, elided));
  return first === -1 ? fitting : fitting.slice(0, first + 1);
}

/** Whether a function may hand over to its next overload. */
function mayPassOn(fn: ProgramFunction, elided: Elided): boolean {
  const body = fn.item.body;
  if (body.kind === 'embedded-c') return body.code.includes('STAP_NEXT');
  let found = false;
  walkLive(body, elided, (node) => {
    found ||= node.kind === 'next';
    return !found;
  });
  return found;
}

export interface CallGraph {
  readonly callees: ReadonlyMap<ProgramFunction, ReadonlySet<ProgramFunction>>;
  /** Groups of functions that call one another; callees stand before their callers. */
  readonly groups: readonly (readonly ProgramFunction[])[];
  /** Functions on a cycle of calls. */
  readonly recursive: ReadonlySet<ProgramFunction>;
}

export function callGraph(units: readonly Unit[], symbols: Symbols, elided: Elided): CallGraph {
  const callees = new Map<ProgramFunction, ReadonlySet<ProgramFunction>>();
  for (const unit of units) {
    if (unit.kind === 'function') callees.set(unit.fn, calledBy(unit, symbols, elided));
  }
  const groups = stronglyConnected(callees);
  const recursive = new Set<ProgramFunction>();
  for (const group of groups) {
    const [only] = group;
    const cyclic = group.length > 1 || (only !== undefined && callees.get(only)?.has(only));
    if (cyclic) for (const fn of group) recursive.add(fn);
  }
  return { callees, groups, recursive };
}

/** The handlers, and the functions that their calls name, overloads that none passes on to included; in the same order. */
export function reachedUnits(units: readonly Unit[], symbols: Symbols, elided: Elided): Unit[] {
  const unitOf = new Map(
    units.flatMap((unit) => (unit.kind === 'function' ? [[unit.fn, unit] as const] : [])),
  );
  const reached = new Set<Unit>(units.filter((unit) => unit.kind === 'probe'));
  // The set grows while it is walked.
  for (const unit of reached) {
    for (const root of rootsOf(unit)) {
      walkLive(root, elided, (node) => {
        const resolved = node.kind === 'call' ? symbols.get(node) : undefined;
        if (resolved?.kind !== 'function') return true;
        for (const fn of resolved.overloads) {
          const named = unitOf.get(fn);
          if (named !== undefined) reached.add(named);
        }
        return true;
      });
    }
  }
  return units.filter((unit) => reached.has(unit));
}

/** Functions that a unit calls directly. */
function calledBy(unit: Unit, symbols: Symbols, elided: Elided): ReadonlySet<ProgramFunction> {
  const found = new Set<ProgramFunction>();
  for (const root of rootsOf(unit)) {
    walkLive(root, elided, (node) => {
      if (node.kind === 'call') for (const fn of overloadsOf(node, symbols, elided)) found.add(fn);
      return true;
    });
  }
  return found;
}

interface Visit {
  readonly fn: ProgramFunction;
  readonly rest: Iterator<ProgramFunction>;
}

/** Tarjan's algorithm with a stack of its own: calls may be nested thousands deep. */
function stronglyConnected(
  callees: ReadonlyMap<ProgramFunction, ReadonlySet<ProgramFunction>>,
): ProgramFunction[][] {
  const groups: ProgramFunction[][] = [];
  const index = new Map<ProgramFunction, number>();
  const low = new Map<ProgramFunction, number>();
  const open: ProgramFunction[] = [];
  const isOpen = new Set<ProgramFunction>();
  const visits: Visit[] = [];
  const enter = (fn: ProgramFunction): void => {
    low.set(fn, index.size);
    index.set(fn, index.size);
    open.push(fn);
    isOpen.add(fn);
    visits.push({ fn, rest: (callees.get(fn) ?? new Set<ProgramFunction>()).values() });
  };
  const lower = (fn: ProgramFunction, to: number): void => {
    low.set(fn, Math.min(low.get(fn) ?? to, to));
  };
  for (const root of callees.keys()) {
    if (!index.has(root)) enter(root);
    for (let top = visits.at(-1); top !== undefined; top = visits.at(-1)) {
      const next = top.rest.next();
      if (!next.done) {
        const seen = index.get(next.value);
        if (seen === undefined) enter(next.value);
        else if (isOpen.has(next.value)) lower(top.fn, seen);
        continue;
      }
      visits.pop();
      const own = low.get(top.fn) ?? 0;
      const caller = visits.at(-1);
      if (caller !== undefined) lower(caller.fn, own);
      if (own === index.get(top.fn)) groups.push(closeGroup(top.fn, open, isOpen));
    }
  }
  return groups;
}

function closeGroup(
  root: ProgramFunction,
  open: ProgramFunction[],
  isOpen: Set<ProgramFunction>,
): ProgramFunction[] {
  const group: ProgramFunction[] = [];
  for (let fn = open.pop(); fn !== undefined; fn = open.pop()) {
    isOpen.delete(fn);
    group.push(fn);
    if (fn === root) break;
  }
  return group;
}
