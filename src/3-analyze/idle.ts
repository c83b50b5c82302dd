/** Handlers of which nothing is left. */
import type { Checked } from './checked.ts';
import { eachChild, type Node } from './walk.ts';

/** Whether no handler does anything: what SystemTap calls a script without probes. */
export function isIdle(checked: Pick<Checked, 'probes' | 'isElided'>): boolean {
  return checked.probes.every(({ probe }) => probe.blocks.every((block) => doesNothing(block, checked)));
}

function doesNothing(node: Node, checked: Pick<Checked, 'isElided'>): boolean {
  if (checked.isElided(node)) return true;
  switch (node.kind) {
    case 'empty':
    case 'identifier':
    case 'number':
    case 'string':
      return true;
    case 'block':
    case 'if':
    case 'expr-statement': {
      let idle = true;
      eachChild(node, (child) => {
        idle &&= doesNothing(child, checked);
      });
      return idle;
    }
    default:
      return false;
  }
}
