/** Reports what a module needs and its kernel does not have: the fact, what for, and the probe that leads to it. */
import type { CheckedProbe } from '../3-analyze/checked.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { Lack } from './link/link.ts';
import { type Condition, conditionText, type KernelUse } from './link/manifest.ts';
import type { NameIndex } from './names.ts';
import type { PlanFamily, PlanHandler } from './plan.ts';
import { type IdentifierTable, withoutLiterals } from './tree.ts';

interface LacksInput {
  readonly lacks: readonly Lack[];
  readonly probes: readonly CheckedProbe[];
  readonly handlers: readonly PlanHandler[];
  readonly families: readonly PlanFamily[];
  readonly identifiers: IdentifierTable;
  readonly names: NameIndex;
  readonly profile: KernelProfile;
  readonly diagnostics: Diagnostics;
}

export function reportLacks(input: LacksInput): void {
  const { lacks, probes, profile, diagnostics } = input;
  if (lacks.length === 0) return;
  for (const lack of lacks) {
    const name = lack.kind === 'symbol' ? lack.use.name : lack.name;
    const probe = probes[probeOf(name, input)]?.probe;
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

/** The first probe whose handler, else whose family, leads to the name; -1 where it is every module's. */
function probeOf(name: string, { handlers, families, identifiers, probes, names }: LacksInput): number {
  const leads = names.leadsTo((other) => other === name);
  const byHandler = handlers.findIndex((h) => leads(identifiers.of(h.steps)));
  if (byHandler >= 0) return byHandler;
  const family = families.find(({ code }) => leads(withoutLiterals(code).match(/[A-Za-z_]\w*/g) ?? []));
  return probes.findIndex(({ probe }) => probe.family.name === family?.name);
}
