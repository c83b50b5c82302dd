/**
 * Which handlers need the recursion guard: those that lead to something of the kernel that could be probed itself, or
 * that may fault.
 */
import { walk } from '../1-parse/walk.ts';
import type { Checked } from '../3-analyze/checked.ts';
import type { Runtime } from './link/library.ts';
import type { RenderedFile } from './link/link.ts';
import type { PlanFunction, Step } from './plan.ts';
import type { IdentifierTable } from './tree.ts';

/** Whether the code of a handler can cause hits by itself. */
export type CausesHits = (steps: readonly Step[]) => boolean;

export function findCauses(
  checked: Checked,
  runtime: Runtime,
  rendered: readonly RenderedFile[],
  functions: readonly PlanFunction[],
  identifiers: IdentifierTable,
): CausesHits {
  // What C of the user's calls is not known.
  if (hasOwnC(checked)) return () => true;
  const loud = new Set(runtime.uses.flatMap((use) => (use.quiet ? [] : [use.name])));
  const leadsTo = new Map<string, readonly (readonly string[])[]>();
  const add = (name: string, names: readonly string[]): void => {
    leadsTo.set(name, [...(leadsTo.get(name) ?? []), names]);
  };
  for (const file of [...runtime.files, ...rendered]) {
    for (const item of file.items) for (const name of item.defines) add(name, item.uses);
  }
  for (const fn of functions) add(fn.name, identifiers.of(fn.steps));
  const known = new Map<string, boolean>();
  const isLoud = (root: string): boolean => {
    const seen = new Set<string>();
    const queue = [root];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (loud.has(name) || known.get(name) === true) return true;
      if (known.get(name) === undefined) queue.push(...(leadsTo.get(name) ?? []).flat());
    }
    return false;
  };
  return (steps) =>
    identifiers.of(steps).some((name) => {
      const found = known.get(name) ?? isLoud(name);
      known.set(name, found);
      return found;
    });
}

/** Whether the user wrote C of their own. */
function hasOwnC(checked: Checked): boolean {
  if (checked.program.embeddedC.length > 0) return true;
  const bodies = [...checked.functions.keys()].flatMap((fn) => (fn.trusted ? [] : [fn.item.body]));
  const blocks = checked.probes.flatMap(({ probe }) => [...probe.blocks, ...probe.conditions]);
  let found = false;
  for (const root of [...bodies, ...blocks]) {
    walk(root, (node) => {
      found ||= node.kind === 'embedded-c' || node.kind === 'embedded-c-expr';
      return !found;
    });
  }
  return found;
}
