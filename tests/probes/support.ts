/** Asks a family about a probe point, as phase 2 would. */
import type { NumberLiteral, PointComponent, ProbePoint, StringLiteral } from '../../src/1-parse/ast.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { KernelProfile } from '../../src/kernel/profile.ts';
import { readPattern } from '../../src/probes/components.ts';
import type { BoundPoint, ContextVariable, ProbeFamily } from '../../src/probes/family.ts';
import { families } from '../../src/probes/registry.ts';

const span = { file: 'test.stp', start: 0, end: 0 };

export interface Asked {
  readonly family: ProbeFamily;
  readonly points: readonly BoundPoint[];
  /** `error code`, in the order they were reported. */
  readonly reports: readonly string[];
  readonly messages: readonly string[];
  readonly suggestions: readonly string[];
}

/** A probe point from its text; strings in quotes, numbers bare. */
function pointOf(text: string): ProbePoint {
  const kinds = [...text.matchAll(/\(\s*(.)/g)].map((match) => match[1] === '"');
  let nth = 0;
  const components = (readPattern(text) ?? []).map(({ name, arg }): PointComponent => {
    if (arg === undefined) return { kind: 'point-component', span, name };
    return { kind: 'point-component', span, name, arg: argument(arg, kinds[nth++] ?? false) };
  });
  return { kind: 'probe-point', span, components };
}

function argument(text: string, isString: boolean): NumberLiteral | StringLiteral {
  return isString
    ? { kind: 'string', span, value: text }
    : { kind: 'number', span, value: BigInt(text), text };
}

/** What the family that claims the point makes of it; undefined where none does. */
export function ask(text: string, profile: KernelProfile): Asked | undefined {
  const point = pointOf(text);
  const family = families.find((f) => f.claims(point.components));
  if (family === undefined) return undefined;
  const diagnostics = new Diagnostics();
  const points = family.bind(point, { profile, diagnostics });
  const suggestions = points.length > 0 ? [] : family.suggest(point, { profile, diagnostics });
  return {
    family,
    points,
    reports: diagnostics.list.map((d) => `${d.severity} ${d.code}`),
    messages: diagnostics.list.map((d) => d.message),
    suggestions,
  };
}

/** Variables of the only place that a point stands for. */
export function variablesOf(text: string, profile: KernelProfile): readonly ContextVariable[] {
  const asked = ask(text, profile);
  const [point] = asked?.points ?? [];
  if (asked === undefined || point === undefined) throw new Error(`${text} stands for nothing`);
  return asked.family.variables(point, profile);
}
