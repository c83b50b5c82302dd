/** The API that generated modules stand on: every symbol, what for, where it may be called, which kernels have it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Runtime, readSources } from '../4-plan/link/library.ts';
import type { KernelUse } from '../4-plan/link/manifest.ts';
import { packageRoot } from '../assets.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { type FacilityText, type HeaderItem, headerItems } from './items.ts';

/** What the compiler calls by itself, in any C. */
export const COMPILER = 'compiler';

export interface Api {
  readonly runtime: Runtime;
  /** Identifiers in the templates of facilities and of probe families. */
  readonly templates: ReadonlySet<string>;
  readonly items: readonly HeaderItem[];
}

export interface ApiSymbol {
  readonly name: string;
  readonly facilities: readonly string[];
  /** The strictest place from where it is called. */
  readonly context: KernelUse['context'];
  readonly headers: readonly string[];
  /** What the C says (`hrtimer_start`) where a symbol comes of it, and what for. */
  readonly uses: readonly { readonly facility: string; readonly name: string; readonly for: string }[];
  /** No line of generated code names it: the compiler calls it. */
  readonly byCompiler: boolean;
  /** Another symbol may stand in its place, or none: see `optional` of a manifest. */
  readonly optional: boolean;
  /** Lines of the known kernels that export it, oldest first. */
  readonly kernels: readonly string[];
  /** The oldest of them; older kernels are not known. */
  readonly since: string | null;
  /** The newest, where a newer known kernel has it no more. */
  readonly until: string | null;
}

/** Reads the manifests, the runtime's C and the templates. */
export function readApi(): Api {
  const runtime = readSources();
  const templates = templateTexts();
  const texts = [
    ...runtime.files.flatMap(({ facility, items }) => items.map(({ text }) => ({ facility, text }))),
    ...templates,
  ];
  return {
    runtime,
    templates: new Set(templates.flatMap(({ text }) => text.match(/[A-Za-z_]\w*/g) ?? [])),
    items: headerItems(runtime, texts),
  };
}

function templateTexts(): FacilityText[] {
  return ['runtime', 'src/probes'].flatMap((place) => {
    const folder = join(packageRoot(), place);
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        readdirSync(join(folder, name))
          .filter((file) => file.endsWith('.hbs'))
          .map((file) => ({ facility: name, text: readFileSync(join(folder, name, file), 'utf8') })),
      );
  });
}

/** The symbols of these uses, by name; `profiles` are the known kernels, oldest first. */
export function symbolsOf(
  uses: readonly KernelUse[],
  profiles: readonly KernelProfile[],
  wanted: (symbol: string) => boolean = () => true,
): ApiSymbol[] {
  const bySymbol = new Map<string, KernelUse[]>();
  for (const use of uses) {
    for (const symbol of use.imports) {
      if (wanted(symbol)) bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), use]);
    }
  }
  return [...bySymbol]
    .map(([name, of]) => apiSymbol(name, of, profiles))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const STRICTNESS: Readonly<Record<KernelUse['context'], number>> = { process: 0, atomic: 1, nmi: 2 };

function apiSymbol(name: string, uses: readonly KernelUse[], profiles: readonly KernelProfile[]): ApiSymbol {
  const having = profiles.filter((profile) => profile.exports(name));
  const lines = having.map(({ line }) => line);
  const newest = profiles.at(-1)?.line;
  const [first, ...others] = uses.map((use) => use.context);
  const context = others.reduce((a, b) => (STRICTNESS[b] > STRICTNESS[a] ? b : a), first ?? 'process');
  return {
    name,
    facilities: [...new Set(uses.map((use) => use.facility))].sort(),
    context,
    headers: [...new Set(uses.flatMap((use) => use.header ?? []))].sort(),
    uses: uses.map((use) => ({ facility: use.facility, name: use.name, for: use.for })),
    byCompiler: uses.every((use) => use.facility === COMPILER),
    optional: uses.every((use) => use.optional),
    kernels: having.map((profile) => profile.name),
    since: lines[0] ?? null,
    until: lines.at(-1) === newest ? null : (lines.at(-1) ?? null),
  };
}
