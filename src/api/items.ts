/** Macros, inline functions and types of the kernel's headers that the runtime's C names. */
import type { Runtime } from '../4-plan/link/library.ts';
import { withoutLiterals } from '../4-plan/tree.ts';

export interface HeaderItem {
  readonly name: string;
  readonly kind: 'function' | 'type';
  readonly facilities: readonly string[];
}

/** C that belongs to a facility: an item of its files, or a template. */
export interface FacilityText {
  readonly facility: string;
  readonly text: string;
}

const NOT_CALLS = new Set(
  'auto char const do else float for goto if int long return short signed sizeof switch unsigned void while defined'.split(
    ' ',
  ),
);

/** What is called like a function or named as a type, and is neither the runtime's own nor in a manifest. */
export function headerItems(runtime: Runtime, texts: readonly FacilityText[]): HeaderItem[] {
  const known = new Set([
    ...runtime.files.flatMap((file) => file.items.flatMap((item) => item.defines)),
    ...runtime.uses.flatMap((use) => [use.name, ...use.imports]),
  ]);
  const found = new Map<string, { kind: HeaderItem['kind']; facilities: Set<string> }>();
  for (const { facility, text } of texts) {
    const code = plainCode(text);
    // What is declared as a pointer to a function is called by its name too.
    const pointers = new Set([...code.matchAll(/\(\s*\*\s*(\w+)\s*\)\s*\(/g)].map((m) => m[1]));
    for (const [, called, type] of code.matchAll(NAMED)) {
      const name = called ?? type ?? '';
      if (known.has(name) || pointers.has(name) || NOT_CALLS.has(name) || OWN.test(name)) continue;
      const entry = found.get(name) ?? {
        kind: called === undefined ? 'type' : 'function',
        facilities: new Set(),
      };
      entry.facilities.add(facility);
      found.set(name, entry);
    }
  }
  return [...found]
    .map(([name, { kind, facilities }]) => ({ name, kind, facilities: [...facilities].sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const NAMED = /(?<![.>\w])([A-Za-z_]\w*)\s*\(|\b(?:struct|enum|union) (\w+)/g;

/** Names of generated code. */
const OWN = /^(?:tapc|TAPC|map|stat|order|lock|fn|g|l|fmt|regex)_/;

function plainCode(text: string): string {
  return withoutLiterals(
    text.replaceAll(/\{\{!--[\s\S]*?--\}\}|\{\{[^}]*\}\}/g, 'tapc_').replaceAll(/\/\*[\s\S]*?\*\//g, ' '),
  );
}
