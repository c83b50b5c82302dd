/** Functions that change an array while a `foreach` that calls them walks it. */
import type { ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { AccessTable } from './accesses.ts';
import { overloadsOf } from './calls.ts';
import { rootsOf, type Unit } from './units.ts';
import { type Elided, eachChild, type Node } from './walk.ts';

type Foreach = Extract<Node, { readonly kind: 'foreach' }>;
type Call = Extract<Node, { readonly kind: 'call' }>;

/** What stands in the loop itself is told by the check of placement. */
export function checkWalks(
  units: readonly Unit[],
  symbols: Symbols,
  accesses: AccessTable,
  elided: Elided,
  diagnostics: Diagnostics,
): void {
  const unitOf = new Map(units.flatMap((u) => (u.kind === 'function' ? [[u.fn, u] as const] : [])));
  const walked: { readonly global: ProgramGlobal; readonly node: Foreach }[] = [];
  const called = (node: Call): void => {
    for (const fn of overloadsOf(node, symbols, elided)) {
      const unit = unitOf.get(fn);
      if (unit === undefined) continue;
      for (const [global, { changes }] of accesses.of(unit)) {
        const walk = changes > 0 ? walked.find((w) => w.global === global) : undefined;
        if (walk === undefined) continue;
        const message = `${node.name}() changes "${global.variable.name}" while a foreach walks it`;
        diagnostics.error('modified-in-foreach', node.span, message, {
          hints: ['gather what is to change in another array, and change it behind the loop'],
          notes: [{ message: 'the foreach walks it here', span: walk.node.array.span }],
        });
        return;
      }
    }
  };
  const visit = (node: Node): void => {
    if (elided.has(node)) return;
    if (node.kind === 'call') called(node);
    const resolved = node.kind === 'foreach' ? symbols.get(node.array) : undefined;
    if (node.kind !== 'foreach' || resolved?.kind !== 'global') {
      eachChild(node, visit);
      return;
    }
    walked.push({ global: resolved.global, node });
    eachChild(node, visit);
    walked.pop();
  };
  for (const unit of units) for (const root of rootsOf(unit)) visit(root);
}
