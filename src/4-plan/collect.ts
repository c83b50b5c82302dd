/** Merging what the CPUs have added, each on its own, before it is read. */
import { call, HIT, not, run, unlikely } from './build.ts';
import { statisticView } from './global-plans.ts';
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
    .map((g): Step => {
      if (g.form === 'counter') return run(call(`counter_${g.id}_collect`));
      const leave: Step[] = [{ kind: 'leave', to: failure }];
      if (g.form === 'array') return unlikely(not(call(`map_${g.id}_collect`, HIT, where)), leave);
      const collect = `stat_${g.id}_collect`;
      return statisticView(g).watched ? unlikely(not(call(collect, HIT)), leave) : run(call(collect));
    });
}
