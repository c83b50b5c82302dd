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

/** Compares names of aliases with a written point; its wildcards are compiled once. */
export interface AliasMatcher {
  /**
   * The written components that are left over behind the name (its suffix); undefined where the name does not match.
   */
  match(alias: readonly PointComponent[]): readonly PointComponent[] | undefined;
}

export function aliasMatcher(written: readonly PointComponent[]): AliasMatcher {
  if (hasDoubleStar(written)) {
    const all = globMatcher(written.map((c) => c.name).join('.'));
    return { match: (alias) => (all.test(alias.map((c) => c.name).join('.')) ? [] : undefined) };
  }
  const globs = written.map((c) => (hasWildcard(c.name) ? globMatcher(c.name) : undefined));
  return {
    match(alias) {
      if (written.length < alias.length) return undefined;
      for (const [i, component] of alias.entries()) {
        const other = written[i];
        if (other === undefined || component.arg?.value !== other.arg?.value) return undefined;
        if (component.name !== other.name && globs[i]?.test(component.name) !== true) return undefined;
      }
      return written.slice(alias.length);
    },
  };
}

/** Those of the dotted names that the written point, or its beginning, may mean. `known` is asked, or walked for wildcards. */
export function couldMatch(written: readonly PointComponent[], known: NameSet): string[] {
  const names = written.map((c) => c.name);
  if (hasDoubleStar(written)) {
    const all = globMatcher(names.join('.'));
    return known.all().filter((name) => all.test(name));
  }
  if (!names.some(hasWildcard)) {
    return names.map((_, i) => names.slice(0, i + 1).join('.')).filter((name) => known.has(name));
  }
  const prefixes = names.map((_, i) => globMatcher(names.slice(0, i + 1).join('.')));
  return known.all().filter((name) => prefixes.some((prefix) => prefix.test(name)));
}

/** Names that can be asked for and walked. */
export interface NameSet {
  has(name: string): boolean;
  all(): string[];
}

function hasDoubleStar(written: readonly PointComponent[]): boolean {
  return written.some((c) => c.name.includes('**'));
}
