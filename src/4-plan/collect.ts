/** Merging what the CPUs have added, each on its own, before it is read. */
import { call, HIT, not, run, unlikely } from './build.ts';
import type { Exit, Step, Value } from './plan.ts';
import type { ModuleScope } from './scope.ts';

/** One step for each of the globals that is kept per CPU; `failure`: where an array that is full leads. */
export function collectSteps(
  module: ModuleScope,
  ids: ReadonlySet<string>,
  where: Value,
  failure: Exit,
): Step[] {
  return module.globals.all
    .filter((g) => ids.has(g.id) && g.percpu)
    .map((g) =>
      g.form === 'array'
        ? unlikely(not(call(`map_${g.id}_collect`, HIT, where)), [{ kind: 'leave', to: failure }])
        : run(call(`${g.form === 'counter' ? 'counter' : 'stat'}_${g.id}_collect`)),
    );
}
