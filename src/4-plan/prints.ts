/** Which bodies write their output in place, and which stage it until the handler ends. */

import type { ProgramFunction } from '../2-resolve/program.ts';
import type { Checked } from '../3-analyze/checked.ts';
import { unreachable } from '../unreachable.ts';
import type { Owner } from './scope.ts';
import type { UsageTable } from './usage.ts';

/** In place: a handler that prints at most once, and a function that only such handlers call. */
export function printsInPlace(checked: Checked, usage: UsageTable): (owner: Owner) => boolean {
  const staged = new Set<ProgramFunction>();
  for (const { probe, prints } of checked.probes) {
    if (prints !== 'many') continue;
    for (const fn of usage.functionsReachedFrom([...probe.blocks, ...probe.conditions])) staged.add(fn);
  }
  return (owner) => {
    switch (owner.kind) {
      case 'handler':
      case 'entry':
        return checked.probes[owner.index]?.prints !== 'many';
      case 'function':
        return !staged.has(owner.fn);
      default:
        return unreachable(owner);
    }
  };
}
