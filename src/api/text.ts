/** The API as text for people: a line a symbol, under the facility that uses it. */
import type { ApiChanges } from './compare.ts';
import type { Variant } from './kernel.ts';
import { type Api, type ApiSymbol, COMPILER } from './manifest.ts';

/** Symbols facility by facility; one that several use stands under each, since each says what for. */
export function symbolsText(api: Api, symbols: readonly ApiSymbol[]): string {
  const width = Math.max(0, ...symbols.map(({ name }) => name.length));
  return api.runtime.facilities
    .flatMap(({ name: facility, purpose }) => {
      const rows = symbols
        .filter((symbol) => symbol.facilities.includes(facility))
        .map((symbol) => {
          const why = [...new Set(symbol.uses.filter((u) => u.facility === facility).map((u) => u.for))];
          return `  ${symbol.name.padEnd(width)}  ${symbol.context.padEnd(7)}  ${span(symbol).padEnd(10)}  ${why.join('; ')}\n`;
        });
      return rows.length === 0 ? [] : [`${facility}: ${purpose}\n${rows.join('')}`];
    })
    .join('\n');
}

/** "5.10 on", "5.10-6.12", "never" among the known kernels. */
function span({ since, until }: ApiSymbol): string {
  if (since === null) return '-';
  return until === null ? `${since} on` : since === until ? since : `${since}-${until}`;
}

export function itemsText(api: Api): string {
  const width = Math.max(0, ...api.items.map(({ name }) => name.length));
  const rows = api.items.map(
    ({ name, kind, facilities }) => `  ${name.padEnd(width)}  ${kind.padEnd(8)}  ${facilities.join(' ')}\n`,
  );
  return `from headers alone:\n${rows.join('')}`;
}

export function variantsText(variants: readonly Variant[]): string {
  if (variants.length === 0) return '';
  const rows = variants.map((v) => [`${v.facility}/${v.file}`, v.fact] as const);
  const width = Math.max(...rows.map(([file]) => file.length));
  return `variants:\n${rows.map(([file, fact]) => `  ${file.padEnd(width)}  ${fact}\n`).join('')}`;
}

export function changesText(changes: ApiChanges, from: string, to: string): string {
  const variants = changes.variants.map(({ facility, from: before, to: after }) => {
    const facts = after.length > 0 ? after : before.map((v) => ({ ...v, fact: `no more: ${v.fact}` }));
    return `  ${facility}: ${files(before)} -> ${files(after)}\n${facts.map((v) => `    ${v.fact}\n`).join('')}`;
  });
  // One symbol changes for all that use it.
  const bySymbol = new Map<string, string[]>();
  for (const s of changes.symbols) {
    const change = `  ${s.from ?? 'none'} -> ${s.to ?? 'none'}\n    ${s.fact}\n`;
    bySymbol.set(change, [...(bySymbol.get(change) ?? []), `    ${s.facility}: ${s.for} (${s.use})\n`]);
  }
  const symbols = [...bySymbol].map(([change, uses]) => `${change}${uses.join('')}`);
  if (variants.length + symbols.length === 0) return `nothing changes from ${from} to ${to}\n`;
  return [
    ...(variants.length === 0
      ? []
      : [`variants, from ${from} to ${to}, and the fact that decides:\n${variants.join('')}`]),
    ...(symbols.length === 0
      ? []
      : [`symbols, from ${from} to ${to}, and the fact that decides:\n${symbols.join('')}`]),
  ].join('\n');
}

function files(variants: readonly Variant[]): string {
  return variants.length === 0 ? 'none' : variants.map((v) => v.file).join(' ');
}

/** "80 symbols, and 29 that the compiler brings". */
export function countText(symbols: readonly ApiSymbol[]): string {
  const brought = symbols.filter((s) => s.byCompiler).length;
  const own = symbols.length - brought;
  const count = `${own} symbol${own === 1 ? '' : 's'}`;
  return brought === 0 ? count : `${count}, and ${brought} that the compiler brings (${COMPILER})`;
}
