/** The C functions of a module, each lowered when it is first asked for: a caller has to know what its callee takes. */
import type { ProgramFunction } from '../2-resolve/program.ts';
import type { Checked } from '../3-analyze/checked.ts';
import { lowerFunction, takesHit, takesWhere } from './function.ts';
import type { PlanFunction } from './plan.ts';
import type { ModuleScope } from './scope.ts';

export class FunctionTable {
  readonly #module: ModuleScope;
  readonly #successors: ReadonlyMap<ProgramFunction, ProgramFunction>;
  readonly #lowered = new Map<ProgramFunction, PlanFunction>();
  readonly #underway = new Set<ProgramFunction>();

  constructor(module: ModuleScope) {
    this.#module = module;
    this.#successors = overloadSuccessors(module.checked);
  }

  of(fn: ProgramFunction): PlanFunction {
    const known = this.#lowered.get(fn);
    if (known !== undefined) return known;
    const facts = this.#module.checked.functions.get(fn);
    if (facts === undefined) throw new Error(`analysis does not know the function ${fn.id}`);
    this.#underway.add(fn);
    const made = lowerFunction(this.#module, fn, facts, this.#successors.get(fn));
    this.#underway.delete(fn);
    this.#lowered.set(fn, made);
    return made;
  }

  takesHit(fn: ProgramFunction): boolean {
    // One that calls itself counts its depth in the hit.
    return this.#underway.has(fn) || takesHit(this.of(fn));
  }

  takesWhere(fn: ProgramFunction): boolean {
    if (!fn.trusted) return false;
    // A function that calls itself may nest too deeply: it needs the place for that.
    return this.#underway.has(fn) || takesWhere(this.of(fn));
  }
}

/** The overload that `next` leads to: the one behind it with as many parameters. */
function overloadSuccessors(checked: Checked): Map<ProgramFunction, ProgramFunction> {
  const last = new Map<string, ProgramFunction>();
  const successors = new Map<ProgramFunction, ProgramFunction>();
  for (const fn of checked.functions.keys()) {
    // Those of the script stand before those of the tapset; what is private to a file stays in it.
    const file = fn.item.private ? fn.item.span.file : '';
    const key = `${fn.item.name} ${fn.item.params.length} ${file}`;
    const before = last.get(key);
    if (before !== undefined) successors.set(before, fn);
    last.set(key, fn);
  }
  return successors;
}
