/** What changed in meaning between two sides, before any line of C is compared. */
import type { Side } from './side.ts';

export interface Named {
  readonly name: string;
  /** What a symbol is for; the fact that decides a variant. */
  readonly why: string;
}

export interface Meaning {
  readonly symbols: { readonly gone: readonly Named[]; readonly come: readonly Named[] };
  readonly variants: { readonly gone: readonly Named[]; readonly come: readonly Named[] };
  /** null: not read there. */
  readonly offsets: readonly {
    readonly member: string;
    readonly from: number | null;
    readonly to: number | null;
  }[];
  readonly points: { readonly lost: readonly string[]; readonly found: readonly string[] };
  readonly errors: { readonly from: readonly string[]; readonly to: readonly string[] };
}

export function compareSides(from: Side, to: Side): Meaning {
  const both = from.text !== undefined && to.text !== undefined;
  const members = [...new Set([...from.offsets.keys(), ...to.offsets.keys()])].sort();
  return {
    // Where one side does not compile, that it has nothing says nothing.
    symbols: both ? changed(from.symbols, to.symbols) : { gone: [], come: [] },
    variants: both ? changed(from.variants, to.variants) : { gone: [], come: [] },
    offsets: both
      ? members.flatMap((member) => {
          const [a, b] = [from.offsets.get(member) ?? null, to.offsets.get(member) ?? null];
          return a === b ? [] : [{ member, from: a, to: b }];
        })
      : [],
    points: both
      ? { lost: without(from.points, to.points), found: without(to.points, from.points) }
      : { lost: [], found: [] },
    errors: { from: from.errors, to: to.errors },
  };
}

function changed(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): { gone: Named[]; come: Named[] } {
  const only = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): Named[] =>
    [...some].flatMap(([name, why]) => (others.has(name) ? [] : [{ name, why }]));
  return { gone: only(from, to), come: only(to, from) };
}

function without(some: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...some].filter((name) => !others.has(name));
}

export function isSame(meaning: Meaning): boolean {
  const { symbols, variants, offsets, points, errors } = meaning;
  const lists = [
    symbols.gone,
    symbols.come,
    variants.gone,
    variants.come,
    offsets,
    points.lost,
    points.found,
  ];
  return [...lists, errors.from, errors.to].every((list) => list.length === 0);
}
