/** What the code of handlers leads to, through functions, the runtime and the arrays of the script. */
import { walk } from '../1-parse/walk.ts';
import type { Checked } from '../3-analyze/checked.ts';
import type { Runtime } from './link/library.ts';
import type { RenderedFile } from './link/link.ts';
import type { KernelUse } from './link/manifest.ts';
import type { PlanFunction, Step } from './plan.ts';
import type { IdentifierTable } from './tree.ts';

export interface Reach {
  /** Something of the kernel that could be probed itself, or that may fault: a handler can cause hits by itself. */
  causesHits(steps: readonly Step[]): boolean;
  /** Something that may be gone a moment later: memory behind a pointer, the stack. */
  needsMoment(steps: readonly Step[]): boolean;
}

interface ReachInput {
  readonly checked: Checked;
  readonly runtime: Runtime;
  readonly rendered: readonly RenderedFile[];
  readonly functions: readonly PlanFunction[];
  readonly identifiers: IdentifierTable;
}

export function findReach(input: ReachInput): Reach {
  // What C of the user's does is not known.
  if (hasOwnC(input.checked)) return { causesHits: () => true, needsMoment: () => true };
  const names = (of: (use: KernelUse) => boolean): ReadonlySet<string> =>
    new Set(input.runtime.uses.flatMap((use) => (of(use) ? [use.name] : [])));
  return {
    causesHits: leadsToOne(
      names((use) => !use.quiet),
      input,
    ),
    needsMoment: leadsToOne(
      names((use) => use.moment),
      input,
    ),
  };
}

function leadsToOne(
  ends: ReadonlySet<string>,
  { runtime, rendered, functions, identifiers }: ReachInput,
): (steps: readonly Step[]) => boolean {
  const leadsTo = new Map<string, readonly (readonly string[])[]>();
  const add = (name: string, names: readonly string[]): void => {
    leadsTo.set(name, [...(leadsTo.get(name) ?? []), names]);
  };
  for (const file of [...runtime.files, ...rendered]) {
    for (const item of file.items) for (const name of item.defines) add(name, item.uses);
  }
  for (const fn of functions) add(fn.name, identifiers.of(fn.steps));
  // What waits runs under a guard of its own.
  const known = new Map([['tapc_exclusive_end', false]]);
  const leads = (root: string): boolean => {
    const seen = new Set<string>();
    const queue = [root];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (ends.has(name) || known.get(name) === true) return true;
      if (known.get(name) === undefined) queue.push(...(leadsTo.get(name) ?? []).flat());
    }
    return false;
  };
  return (steps) =>
    identifiers.of(steps).some((name) => {
      const found = known.get(name) ?? leads(name);
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
