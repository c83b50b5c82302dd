/** Handlers of which nothing is left. */
import type { Checked, CheckedProbe } from './checked.ts';
import { eachChild, type Node } from './walk.ts';

/** Whether a handler does nothing, and is none that only counts: SystemTap leaves it out. */
export function isIdle({ probe }: CheckedProbe, checked: Pick<Checked, 'isElided'>): boolean {
  if (probe.points.some((point) => point.counter !== undefined)) return false;
  return probe.blocks.every((block) => doesNothing(block, checked));
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
