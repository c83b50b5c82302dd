/** Reports what handlers call and must not call where they run. */
import type { CheckedProbe } from '../3-analyze/checked.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { HandlerContext } from '../probes/family.ts';
import { misplacedUses } from './link/contexts.ts';
import type { KernelUse } from './link/manifest.ts';
import type { NameIndex } from './names.ts';
import type { PlanHandler } from './plan.ts';
import type { IdentifierTable } from './tree.ts';

const WHERE: Readonly<Record<HandlerContext['level'], string>> = {
  process: 'in process context',
  atomic: 'where nothing may sleep',
  nmi: 'in any context, non-maskable interrupts included',
};

export function checkContexts(
  probes: readonly CheckedProbe[],
  handlers: readonly PlanHandler[],
  identifiers: IdentifierTable,
  kernelUses: readonly KernelUse[],
  names: NameIndex,
  diagnostics: Diagnostics,
): void {
  const checked = probes.flatMap(({ probe }, i) => {
    const [point] = probe.points;
    const handler = handlers[i];
    if (point === undefined || handler?.emitBody !== true) return [];
    return [{ probe, level: probe.family.context(point).level, names: identifiers.of(handler.steps) }];
  });
  misplacedUses(kernelUses, names, checked).forEach((uses, i) => {
    const at = checked[i];
    if (at === undefined) return;
    for (const use of uses) {
      const allowed =
        use.context === 'process' ? 'only in process context' : 'not in a non-maskable interrupt';
      diagnostics.error(
        'symbol-context',
        at.probe.span,
        `this handler calls ${use.name}(), which may be called ${allowed}; ${at.probe.written} runs ${WHERE[at.level]}`,
      );
    }
  });
}
