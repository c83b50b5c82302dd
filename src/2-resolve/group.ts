/** Which points of a wildcard can have one handler: those at which it reads the same. */
import type { Block, Expr } from '../1-parse/ast.ts';
import { type AnyNode, walk } from '../1-parse/walk.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { BoundPoint, ContextVariable, ProbeFamily } from '../probes/family.ts';

/** What a handler asks of its point: names without `$`; `all` where it lists them, too. */
export interface TargetUse {
  readonly names: ReadonlySet<string>;
  readonly all: boolean;
}

/** Undefined where it reads nothing of the kernel by the point's types. */
export function targetsOf(roots: readonly (Block | Expr)[]): TargetUse | undefined {
  const names = new Set<string>();
  let all = false;
  let any = false;
  for (const root of roots) {
    walk(root, (n) => {
      any ||= n.kind === 'target' || n.kind === 'at-op' || n.kind === 'at-var';
      if (isNamed(n, 'target')) {
        if (n.name.startsWith('$$')) all = true;
        else names.add(n.name.slice(1));
      } else if (isNamed(n, 'at-var')) names.add(n.name);
      return undefined;
    });
  }
  return any ? { names, all } : undefined;
}

function isNamed(node: AnyNode, kind: string): node is AnyNode & { readonly name: string } {
  return node.kind === kind && 'name' in node && typeof node.name === 'string';
}

/** The points, parted; those of one part share the meaning of all that `use` names. */
export function groupPoints(
  family: ProbeFamily,
  points: readonly BoundPoint[],
  profile: KernelProfile,
  use: TargetUse,
): readonly (readonly BoundPoint[])[] {
  if (points.length < 2) return [points];
  const types = new Map<object, number>();
  const typeNumber = (type: object): number => {
    const known = types.get(type) ?? types.size;
    types.set(type, known);
    return known;
  };
  const meaning = (variable: ContextVariable): unknown[] => [
    variable.name,
    typeNumber(variable.type),
    variable.c,
    variable.text ?? false,
    variable.store ?? null,
  ];
  const variablesAt = (point: BoundPoint): unknown[] =>
    family
      .variables(point, profile)
      .filter(({ name }) => use.all || use.names.has(name))
      .map(meaning);
  const groups = new Map<string, BoundPoint[]>();
  for (const point of points) {
    const entry = family.entryOf?.(point);
    const key = JSON.stringify([
      point.data.module ?? null,
      family.context(point),
      family.signature(point, profile),
      variablesAt(point),
      entry === undefined ? null : variablesAt(entry),
    ]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [point]);
    else known.push(point);
  }
  const parts = [...groups.values()];
  const { part } = family;
  return parts.length === 1 || part === undefined ? parts : parts.map((list) => list.map((p) => part(p)));
}
