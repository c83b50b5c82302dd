/** `--dump-probe-types`, `--dump-probe-aliases`, `--dump-functions`. */
import type { Item, Script } from '../../1-parse/ast.ts';
import { pointText } from '../../2-resolve/point-text.ts';
import { families } from '../../probes/registry.ts';

/** The lines of a list, sorted; names that begin with _ are for the tapset alone. */
export function listText(kind: 'types' | 'aliases' | 'functions', tapset: readonly Script[]): string[] {
  if (kind === 'types') return families.flatMap((family) => family.types).sort();
  const line = kind === 'aliases' ? aliasLines : functionLines;
  const lines = tapset
    .flatMap((script) => script.items.flatMap(line))
    .filter((text) => !text.startsWith('_'));
  return [...new Set(lines)].sort();
}

function aliasLines(item: Item): string[] {
  if (item.kind !== 'alias') return [];
  const points = item.points.map(pointText).join(', ');
  return item.names.map((name) => `${pointText(name)} = ${points}`);
}

function functionLines(item: Item): string[] {
  if (item.kind !== 'function' || item.private) return [];
  const params = item.params.map((p) => `${p.name}:${p.type ?? 'unknown'}`);
  return [`${item.name}:${item.type ?? 'unknown'} (${params.join(', ')})`];
}
