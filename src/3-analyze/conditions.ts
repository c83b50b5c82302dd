/** Conditions of probe points: they look at globals and do nothing else. */
import type { Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { isPure } from './pragmas.ts';
import type { Unit } from './units.ts';
import { type Elided, eachChild, type Node } from './walk.ts';

export function checkConditions(
  units: readonly Unit[],
  symbols: Symbols,
  elided: Elided,
  diagnostics: Diagnostics,
): void {
  const told = new Set<string>();
  const visit = (node: Node): void => {
    if (elided.has(node)) return;
    const wrong = mistake(node, symbols);
    if (wrong === undefined) {
      eachChild(node, visit);
      return;
    }
    // An alias has its condition at each of its points.
    const key = `${node.span.file}:${node.span.start}`;
    if (told.has(key)) return;
    told.add(key);
    diagnostics.error('bad-condition-use', node.span, `the condition of a probe point ${wrong}`, {
      hints: ['it may read globals; write anything else as `if (…) next` in the handler'],
    });
  };
  for (const unit of units) for (const condition of unit.conditions) visit(condition);
}

function mistake(node: Node, symbols: Symbols): string | undefined {
  switch (node.kind) {
    case 'assign':
    case 'inc-dec':
      return 'changes nothing';
    case 'call':
      return symbols.get(node)?.kind === 'function' ? 'calls no function' : undefined;
    case 'identifier':
      return symbols.get(node)?.kind === 'local'
        ? `has no variables of its own: "${node.name}" is not global`
        : undefined;
    case 'embedded-c-expr':
      return isPure(node.code) ? undefined : 'has no C but what says that it is /* pure */';
    default:
      return undefined;
  }
}
