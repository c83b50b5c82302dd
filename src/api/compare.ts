/** What changes in a module's C and imports from one kernel to another, each with the fact that decides it. */
import { importOf, type KernelUse } from '../4-plan/link/manifest.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { kernelApi, type Variant } from './kernel.ts';
import { type Api, COMPILER } from './manifest.ts';

/** A facility that is spelled otherwise: by the files that each kernel gets alone. */
export interface VariantChange {
  readonly facility: string;
  readonly from: readonly Variant[];
  readonly to: readonly Variant[];
}

/** A symbol that one of the kernels imports alone, and what stands in its place on the other. */
export interface SymbolChange {
  readonly facility: string;
  /** What the C says. */
  readonly use: string;
  readonly for: string;
  readonly from: string | null;
  readonly to: string | null;
  /** "exports hrtimer_setup". */
  readonly fact: string;
}

export interface ApiChanges {
  readonly variants: readonly VariantChange[];
  readonly symbols: readonly SymbolChange[];
}

export function compareApi(api: Api, from: KernelProfile, to: KernelProfile): ApiChanges {
  const [before, after] = [kernelApi(api, from), kernelApi(api, to)];
  const only = (some: readonly Variant[], others: readonly Variant[]): Variant[] =>
    some.filter((v) => !others.some((o) => o.facility === v.facility && o.file === v.file));
  const gone = only(before.variants, after.variants);
  const come = only(after.variants, before.variants);
  const facilities = [...new Set([...gone, ...come].map((v) => v.facility))].sort();
  return {
    variants: facilities.map((facility) => ({
      facility,
      from: gone.filter((v) => v.facility === facility),
      to: come.filter((v) => v.facility === facility),
    })),
    symbols: api.runtime.uses.flatMap((use): SymbolChange[] => {
      const symbol = (uses: readonly KernelUse[], profile: KernelProfile): string | null =>
        uses.includes(use) ? (importOf(use, profile) ?? null) : null;
      const [a, b] = [symbol(before.uses, from), symbol(after.uses, to)];
      // What the compiler calls is the configuration's choice, not the C's.
      if (a === b || use.facility === COMPILER) return [];
      // Where the C itself is another, the variant's fact has decided; else the first of the spellings that is there.
      const fact =
        b !== null && use.imports.indexOf(b) < use.imports.indexOf(a ?? b)
          ? `exports ${b}`
          : factOf(use, a, b, to);
      return [{ facility: use.facility, use: use.name, for: use.for, from: a, to: b, fact }];
    }),
  };
}

function factOf(use: KernelUse, from: string | null, to: string | null, profile: KernelProfile): string {
  if (from !== null && !profile.exports(from)) return `does not export ${from}`;
  if (to !== null && from === null) return `exports ${to}`;
  return from === null ? `has ${use.name}` : `its variant does not call ${use.name}`;
}
