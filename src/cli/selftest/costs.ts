/** What a kernel's lacks cost: the parts of the language that would not compile for it. */
import type { KernelProfile } from '../../kernel/profile.ts';
import { type Part, planPart, readParts } from './parts.ts';

export interface PartCost {
  /** Name of the selftest's part. */
  readonly part: string;
  /** `timer.profile`. */
  readonly title: string;
  /** What tapc says of it, each a fact that is missing. */
  readonly why: readonly string[];
}

/** Kinds of probes first. What only lacks the probe that its part happens to be hit by is no cost of its own. */
export function costsOf(profile: KernelProfile): readonly PartCost[] {
  const parts = readParts();
  const costs = (of: readonly Part[]): PartCost[] =>
    of.map((part) => ({ part: part.name, title: part.title, why: errorsOf(part, profile) }));
  const families = costs(parts.filter((part) => part.isFamily));
  const told = new Set(families.flatMap(({ why }) => why.map(factOf)));
  const others = costs(parts.filter((part) => !part.isFamily)).map((cost) => ({
    ...cost,
    why: cost.why.filter((message) => !told.has(factOf(message))),
  }));
  return [...families, ...others].filter(({ why }) => why.length > 0);
}

function errorsOf(part: Part, profile: KernelProfile): string[] {
  const { diagnostics } = planPart(part, profile);
  return diagnostics.filter((d) => d.severity === 'error').map((d) => d.message);
}

/** Without the probe that needs it. */
function factOf(message: string): string {
  return message.replace(/^.* needs /, '');
}
