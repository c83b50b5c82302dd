/** What each handler of a plan needs while it runs: kernel symbols, scratch, stack. For `tapc explain`. */

import type { HandlerContext } from '../probes/family.ts';
import { RANK } from './link/contexts.ts';
import { parseItems } from './link/items.ts';
import type { Runtime } from './link/library.ts';
import type { KernelUse } from './link/manifest.ts';
import type { ModulePlan, PlanFrame, PlanFunction, PlanHandler, PlanVariable } from './plan.ts';
import { IdentifierTable } from './tree.ts';

export interface HandlerNeeds {
  /** Kernel symbols that the handler's code, and the parts of the runtime it reaches, import; sorted. */
  readonly symbols: readonly string[];
  /** Bytes of the CPU's scratch that the deepest chain of calls takes. */
  readonly scratch: number;
  /** Bytes of stack: an estimate, see `estimate()`. */
  readonly stack: number;
}

/** Saved registers, the return address, and `struct tapc_hit`. */
const ENTRY_BYTES = 176;
/** Saved registers and the return address of a function of the script. */
const CALL_BYTES = 56;
/** The deepest functions of the runtime that a handler ends in: reserving a record, claiming an entry. */
const RUNTIME_BYTES = 168;

/** `stringBytes`: bytes of a string; `nesting`: how deep recursive calls may go. */
export function needsOf(
  plan: ModulePlan,
  runtime: Runtime,
  limits: { readonly stringBytes: number; readonly nesting: number },
): (handler: PlanHandler, level: HandlerContext['level']) => HandlerNeeds {
  const identifiers = new IdentifierTable();
  const functions = new Map(plan.functions.map((f) => [f.name, f]));
  const uses = itemUses(plan);
  const imported = new Set(plan.imports);
  const deepest = (
    body: Pick<PlanFunction, 'steps'>,
    cost: (fn: PlanFunction) => number,
    open: ReadonlySet<string> = new Set(),
  ): number => {
    let most = 0;
    for (const name of identifiers.of(body.steps)) {
      const fn = functions.get(name);
      if (fn === undefined) continue;
      // A cycle of calls is as deep as it may be.
      const below = open.has(name)
        ? cost(fn) * (limits.nesting - 1)
        : cost(fn) + deepest(fn, cost, new Set([...open, name]));
      most = Math.max(most, below);
    }
    return most;
  };
  const frameBytes = (frame: PlanFrame | undefined): number =>
    (frame?.fields ?? []).reduce((sum, f) => sum + (f.suffix === '' ? 8 : limits.stringBytes), 0);
  return (handler, level) => {
    const bodies = [handler, ...(handler.entry === undefined ? [] : [handler.entry])];
    return {
      symbols: symbolsOf(
        bodies.flatMap((b) => [...identifiers.of(b.steps)]),
        uses,
        identifiers,
        functions,
        usable(runtime, level),
      )
        .filter((symbol) => imported.has(symbol))
        .sort(),
      scratch: Math.max(...bodies.map((b) => frameBytes(b.frame) + deepest(b, (fn) => frameBytes(fn.frame)))),
      stack: Math.max(
        ...bodies.map(
          (b) => estimate(b.variables) + deepest(b, (fn) => CALL_BYTES + variableBytes(fn.variables)),
        ),
      ),
    };
  };
}

/**
 * The variables that the generated C declares, as if none were kept in a register, and what the compiler was seen to
 * take for the rest; in steps of 16.
 */
function estimate(variables: readonly PlanVariable[]): number {
  return Math.ceil((ENTRY_BYTES + variableBytes(variables) + RUNTIME_BYTES) / 16) * 16;
}

function variableBytes(variables: readonly PlanVariable[]): number {
  return variables.reduce((sum, v) => sum + (v.type.startsWith('struct tapc_record') ? 16 : 8), 0);
}

/** What a handler never calls where it runs is not its need, though it may name a part of the runtime that does elsewhere. */
function usable(runtime: Runtime, level: HandlerContext['level']): KernelUse[] {
  return runtime.uses.filter((use) => RANK[use.context] >= RANK[level]);
}

/** Names that each item of the module's own C uses. */
function itemUses(plan: ModulePlan): ReadonlyMap<string, readonly string[]> {
  const codes = [
    ...plan.runtime.map((part) => part.code),
    ...plan.globals.flatMap((g) => (g.kind === 'template' ? g.parts.map((part) => part.code) : [])),
    ...plan.embeddedC,
  ];
  const uses = new Map<string, readonly string[]>();
  for (const code of codes) {
    for (const item of parseItems(code).items) {
      for (const name of item.defines) uses.set(name, [...(uses.get(name) ?? []), ...item.uses]);
    }
  }
  return uses;
}

function symbolsOf(
  roots: readonly string[],
  uses: ReadonlyMap<string, readonly string[]>,
  identifiers: IdentifierTable,
  functions: ReadonlyMap<string, PlanFunction>,
  kernel: readonly KernelUse[],
): string[] {
  const names = new Set<string>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    const fn = functions.get(name);
    queue.push(...(uses.get(name) ?? []), ...(fn === undefined ? [] : identifiers.of(fn.steps)));
  }
  return [...new Set(kernel.filter((use) => names.has(use.name)).flatMap((use) => use.imports))];
}
