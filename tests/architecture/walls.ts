/** Holds one file of `src/` against the rules. */
import path from 'node:path';
import {
  IMPURE_MODULES,
  IMPURE_NAMES,
  LANGUAGE_WORDS,
  LIBRARIES,
  LONG_FILES,
  MAY_WRITE,
  PARTS,
  PURE,
  READS_SHIPPED_FILES,
  WRITERS,
} from './rules.ts';
import { type Import, readSource, type SourceFacts } from './source.ts';

const LONG = 500;
const FAMILY_REGISTRY = 'src/probes/registry.ts';

/** What is against the rules in `file` (from the root, `src/…`) with `text`; `families` are folder names. */
export function violations(file: string, text: string, families: readonly string[]): string[] {
  const source = readSource(text);
  return [
    ...source.imports.flatMap((imported) => importViolations(file, imported, families)),
    ...purityViolations(file, source),
    ...familyNames(file, source, families),
    ...writes(file, source),
    ...source.mutableState.map((name) => `${name} is mutable state of the module`),
    ...(text.split('\n').length > LONG && LONG_FILES[file] === undefined
      ? [`has more than ${LONG} lines`]
      : []),
  ].map((message) => `${file}: ${message}`);
}

/** The folder of `src/` that a file is in, or its name if it is directly there. */
function partOf(file: string): string {
  return path.posix.relative('src', file).split('/')[0] ?? '';
}

function importViolations(file: string, imported: Import, families: readonly string[]): string[] {
  const { from, typeOnly } = imported;
  if (!from.startsWith('.')) {
    const library = from.split('/')[0] ?? '';
    if (library.startsWith('node:')) return [];
    const owner = LIBRARIES[library];
    if (owner === undefined) return [`imports ${library}, which no rule allows`];
    return owner === partOf(file) ? [] : [`imports ${library}; only src/${owner} does`];
  }
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), from));
  if (!target.startsWith('src/')) return [`imports ${target}, which is outside src`];
  const family = /^src\/probes\/([^/]+)\//.exec(target)?.[1];
  if (family !== undefined && families.includes(family) && file !== FAMILY_REGISTRY) {
    if (!file.startsWith(`src/probes/${family}/`)) return [`imports the family ${family}`];
  }
  const [own, other] = [partOf(file), partOf(target)];
  if (own === other) return [];
  const rules = PARTS[own];
  if (rules === undefined) return [`is in ${own}, which has no rules`];
  if (rules.imports.includes(other) || (typeOnly && rules.types?.includes(other) === true)) return [];
  return [`imports ${typeOnly ? 'types of ' : ''}src/${other}, which src/${own} may not`];
}

function purityViolations(file: string, source: SourceFacts): string[] {
  if (!PURE.includes(partOf(file)) || READS_SHIPPED_FILES[file] !== undefined) return [];
  return [
    ...IMPURE_NAMES.filter((name) => source.names.has(name)).map((name) => `uses ${name}`),
    ...(source.members.has('Math.random') ? ['uses Math.random'] : []),
    ...source.imports.filter(({ from }) => IMPURE_MODULES.test(from)).map(({ from }) => `imports ${from}`),
  ];
}

function familyNames(file: string, source: SourceFacts, families: readonly string[]): string[] {
  if (file.startsWith('src/probes/') || !PURE.includes(partOf(file))) return [];
  return families
    .filter((family) => source.strings.has(family) && !LANGUAGE_WORDS.includes(family))
    .map((family) => `names the family ${family}`);
}

function writes(file: string, source: SourceFacts): string[] {
  if (MAY_WRITE.some((place) => file.startsWith(place))) return [];
  const fs = source.imports.filter(({ from, typeOnly }) => !typeOnly && /^node:fs(\/promises)?$/.test(from));
  const members = [...source.members].filter((member) => /^(fs|fsp|promises)\./.test(member));
  return [...fs.flatMap(({ names }) => names), ...members.map((member) => member.split('.')[1] ?? '')]
    .filter((name) => WRITERS.test(name))
    .map((name) => `writes to the disk (${name}); only src/cli does`);
}
