/** Wildcards in the names of a built-in point: `timer.*(5)`, `beg*`. */
import type { PointComponent, ProbePoint } from '../1-parse/ast.ts';
import type { ProbeFamily } from '../probes/family.ts';
import { globMatcher, hasWildcard } from './glob.ts';

/** A point with names in place of its wildcards, and whose it is. */
export interface MeantPoint {
  readonly family: ProbeFamily;
  readonly point: ProbePoint;
}

/** By the forms of the families' points; none where no name has a wildcard. */
export function pointsMeant(point: ProbePoint, families: readonly ProbeFamily[]): readonly MeantPoint[] {
  const written = point.components;
  if (!written.some((c) => hasWildcard(c.name))) return [];
  const matchers = written.map((c) => globMatcher(c.name));
  return families.flatMap((family) =>
    family.types.flatMap((type) => {
      const form = type.split('.').map(readForm);
      const fits =
        form.length === written.length &&
        form.every(({ name, arg }, i) => matchers[i]?.test(name) === true && arg === written[i]?.arg?.kind);
      if (!fits) return [];
      const components = written.map((c, i): PointComponent => ({ ...c, name: form[i]?.name ?? c.name }));
      return [{ family, point: { ...point, components } }];
    }),
  );
}

/** `ms(number)` */
function readForm(text: string): { name: string; arg: string | undefined } {
  const [, name = '', arg] = /^(\w+)(?:\((\w+)\))?$/.exec(text) ?? [];
  return { name, arg };
}
