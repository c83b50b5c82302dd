/** What the code of handlers leads to, through functions, the runtime and the arrays of the script. */
import { walk } from '../1-parse/walk.ts';
import type { Checked, CheckedProbe } from '../3-analyze/checked.ts';
import { functionName } from './calls.ts';
import type { KernelUse } from './link/manifest.ts';
import type { NameIndex } from './names.ts';
import type { Step } from './plan.ts';
import { EXCLUSION } from './spelling.ts';
import type { IdentifierTable } from './tree.ts';

export interface Reach {
  /** Whether the user wrote C of their own in a handler's blocks: what that does is not known. */
  hasOwnC(probe: CheckedProbe): boolean;
  /** Something of the kernel that could be probed itself, or that may fault: a handler can cause hits by itself. */
  causesHits(steps: readonly Step[]): boolean;
  /** The same for steps that are no C of the user's, though others in the script may be. */
  leaves(steps: readonly Step[]): boolean;
  /** Something that may be gone a moment later: memory behind a pointer, the stack. */
  needsMoment(steps: readonly Step[]): boolean;
}

export function findReach(
  checked: Checked,
  uses: readonly KernelUse[],
  names: NameIndex,
  identifiers: IdentifierTable,
): Reach {
  const own = new Set<string>();
  for (const fn of checked.functions.keys()) {
    if (!fn.trusted && hasC([fn.item.body])) own.add(functionName(fn));
  }
  const leadsToOne = (of: (use: KernelUse) => boolean): ((steps: readonly Step[]) => boolean) => {
    const ends = new Set(uses.flatMap((use) => (of(use) ? [use.name] : [])));
    // What waits runs under a guard of its own.
    const except = new Set([EXCLUSION.end]);
    const leads = names.leadsTo((name) => ends.has(name) || own.has(name), { except });
    return (steps) => leads(identifiers.of(steps));
  };
  const hasOwnC = ({ probe }: CheckedProbe): boolean => hasC([...probe.blocks, ...probe.conditions]);
  const leaves = leadsToOne((use) => !use.quiet);
  // C outside of functions may be anything, macros too.
  const isOpen = checked.program.embeddedC.length > 0 || own.size > 0 || checked.probes.some(hasOwnC);
  return {
    hasOwnC,
    leaves,
    causesHits: isOpen ? () => true : leaves,
    needsMoment: isOpen ? () => true : leadsToOne((use) => use.moment),
  };
}

function hasC(roots: readonly object[]): boolean {
  let found = false;
  for (const root of roots) {
    walk(root, (node) => {
      found ||= node.kind === 'embedded-c' || node.kind === 'embedded-c-expr';
      return !found;
    });
  }
  return found;
}
