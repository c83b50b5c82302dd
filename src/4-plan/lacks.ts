/** Reports what a module needs and its kernel does not have: the fact, what for, and the probe that leads to it. */
import type { CheckedProbe } from '../3-analyze/checked.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { Runtime } from './link/library.ts';
import type { Lack, RenderedFile } from './link/link.ts';
import { type Condition, conditionText, type KernelUse } from './link/manifest.ts';
import type { PlanFamily, PlanFunction, PlanHandler } from './plan.ts';
import { type IdentifierTable, withoutLiterals } from './tree.ts';

interface LacksInput {
  readonly lacks: readonly Lack[];
  readonly probes: readonly CheckedProbe[];
  readonly handlers: readonly PlanHandler[];
  readonly functions: readonly PlanFunction[];
  readonly families: readonly PlanFamily[];
  readonly identifiers: IdentifierTable;
  readonly runtime: Runtime;
  readonly rendered: readonly RenderedFile[];
  readonly profile: KernelProfile;
  readonly diagnostics: Diagnostics;
}

export function reportLacks(input: LacksInput): void {
  const { lacks, probes, profile, diagnostics } = input;
  if (lacks.length === 0) return;
  const leadsTo = reach(input);
  for (const lack of lacks) {
    const name = lack.kind === 'symbol' ? lack.use.name : lack.name;
    const probe = probes[probeOf(name, input, leadsTo)]?.probe;
    const needs = probe === undefined ? 'every module' : probe.written;
    const { fact, hint } = missing(lack);
    const from = profile.exportsAssumedFrom;
    if (lack.kind === 'symbol' && from !== undefined) {
      // Nobody said so: what neighbours export is a guess.
      const message = `${needs} needs a kernel that ${fact}; ${profile.release} may lack it`;
      diagnostics.warning('kernel-lacks', probe?.span, message, {
        hints: [hint, `what it exports was assumed from ${from}; import it with its Module.symvers`],
      });
    } else {
      const message = `${needs} needs a kernel that ${fact}; ${profile.release} does not`;
      diagnostics.error('kernel-lacks', probe?.span, message, { hints: [hint] });
    }
  }
}

function missing(lack: Lack): { readonly fact: string; readonly hint: string } {
  if (lack.kind === 'symbol') {
    return {
      fact: `exports ${symbols(lack.use)}`,
      hint: `the facility ${lack.use.facility} takes it to ${lack.use.for}`,
    };
  }
  return {
    fact: lack.conditions.map((condition) => conditionText(kernelFacts(condition))).join(', or else '),
    hint: `the facility ${lack.facility} has no other way to ${lack.name}()`,
  };
}

function symbols({ imports }: KernelUse): string {
  return imports.join(' or ');
}

/** What is the kernel's matter in a condition: not what `-D` sets. */
function kernelFacts(condition: Condition): Condition {
  if (!('all' in condition)) return condition;
  const facts = condition.all.filter((part) => !('define' in part));
  const [only] = facts;
  return only !== undefined && facts.length === 1 ? only : { all: facts };
}

/** All names that some names lead to, whatever the kernel. */
type Reach = (roots: Iterable<string>) => ReadonlySet<string>;

function reach({ runtime, rendered, functions, identifiers }: LacksInput): Reach {
  const uses = new Map<string, string[]>();
  const add = (name: string, names: Iterable<string>): void => {
    uses.set(name, [...(uses.get(name) ?? []), ...names]);
  };
  for (const { items } of [...runtime.files, ...rendered]) {
    for (const item of items) for (const name of item.defines) add(name, item.uses);
  }
  for (const fn of functions) add(fn.name, identifiers.of(fn.steps));
  return (roots) => {
    const names = new Set<string>();
    const queue = [...roots];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (names.has(name)) continue;
      names.add(name);
      queue.push(...(uses.get(name) ?? []));
    }
    return names;
  };
}

/** The first probe whose handler, else whose family, leads to the name; -1 where it is every module's. */
function probeOf(
  name: string,
  { handlers, families, identifiers, probes }: LacksInput,
  leadsTo: Reach,
): number {
  const byHandler = handlers.findIndex((h) => leadsTo(identifiers.of(h.steps)).has(name));
  if (byHandler >= 0) return byHandler;
  const family = families.find(({ code }) =>
    leadsTo(withoutLiterals(code).match(/[A-Za-z_]\w*/g) ?? []).has(name),
  );
  return probes.findIndex(({ probe }) => probe.family.name === family?.name);
}
