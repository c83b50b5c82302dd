/** A profile with the exports of another kernel: for a `Module.symvers` that comes alone. */
import type { ExportedSymbol, KernelProfile } from './profile.ts';

/** The kernel that exports these symbols and is like `base` in all that a list of exports does not tell. */
export function withExports(base: KernelProfile, symbols: readonly ExportedSymbol[]): KernelProfile {
  const names = new Set(symbols.map(({ name }) => name));
  const has: KernelProfile['has'] = (fact) => {
    if (fact.kind === 'exports') return names.has(fact.symbol);
    if (fact.kind === 'not') return !has(fact.fact);
    return base.has(fact);
  };
  const { exportsAssumedFrom: _, ...known } = base;
  return { ...known, exports: (symbol) => names.has(symbol), exportedSymbols: () => symbols, has };
}

/** The profile whose exports are nearest to these. */
export function mostAlike(
  profiles: readonly KernelProfile[],
  symbols: readonly ExportedSymbol[],
): KernelProfile | undefined {
  const differences = profiles.map((profile) => {
    const shared = symbols.filter(({ name }) => profile.exports(name)).length;
    return { profile, count: symbols.length + [...profile.exportedSymbols()].length - 2 * shared };
  });
  return differences.sort((a, b) => a.count - b.count)[0]?.profile;
}
