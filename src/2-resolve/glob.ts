/** The wildcards of probe points. */
import type { PointComponent } from '../1-parse/ast.ts';

const WILDCARD = /[*?[]/;

export function hasWildcard(name: string): boolean {
  return WILDCARD.test(name);
}

/** A matcher for `*` and `?`, `[…]`; `*` stops at a dot, `**` does not. */
export function globMatcher(pattern: string): RegExp {
  const source = pattern.replace(/\*\*|\*|\?|\[[^\]]*\]|[.+^${}()|\\[\]]/g, (mark) => {
    if (mark === '**') return '.*';
    if (mark === '*') return '[^.]*';
    if (mark === '?') return '[^.]';
    return mark.length > 1 ? mark.replace(/^\[!/, '[^').replace(/\\/g, '\\\\') : `\\${mark}`;
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return new RegExp(`^${pattern.replace(/[.*+?^${}()|\\[\]]/g, '\\$&')}$`, 's');
  }
}

/**
 * How the written components match the name of an alias: the components left over behind it (its suffix), or undefined
 * where they do not match.
 */
export function matchAlias(
  alias: readonly PointComponent[],
  written: readonly PointComponent[],
): readonly PointComponent[] | undefined {
  if (written.some((c) => c.name.includes('**'))) {
    const all = globMatcher(written.map((c) => c.name).join('.'));
    return all.test(alias.map((c) => c.name).join('.')) ? [] : undefined;
  }
  if (written.length < alias.length) return undefined;
  for (const [i, component] of alias.entries()) {
    const other = written[i];
    if (other === undefined || component.arg?.value !== other.arg?.value) return undefined;
    if (component.name === other.name) continue;
    if (!hasWildcard(other.name) || !globMatcher(other.name).test(component.name)) return undefined;
  }
  return written.slice(alias.length);
}
