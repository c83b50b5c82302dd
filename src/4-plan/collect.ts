/** Merging what the CPUs have added, each on its own, before it is read. */
import type { Span } from '../1-parse/ast.ts';
import { call, HIT, not, run, text, unlikely } from './build.ts';
import type { Exit, Step } from './plan.ts';
import type { ModuleScope } from './scope.ts';

/** One step for each of the globals that is kept per CPU; `failure`: where an array that is full leads. */
export function collectSteps(
  module: ModuleScope,
  ids: ReadonlySet<string>,
  span: Span,
  failure: Exit,
): Step[] {
  return module.globals.all
    .filter((g) => ids.has(g.id) && g.percpu && g.form !== 'counter')
    .map((g) =>
      g.form === 'array'
        ? unlikely(not(call(`map_${g.id}_collect`, HIT, text(module.places.where(span)))), [
            { kind: 'leave', to: failure },
          ])
        : run(call(`stat_${g.id}_collect`)),
    );
}
