/** Calls of the script's functions. */
import type { Call } from '../1-parse/ast.ts';
import type { ProgramFunction } from '../2-resolve/program.ts';
import { call, HIT, num, run } from './build.ts';
import { collectSteps } from './collect.ts';
import { NO_READS, READS_STATE } from './effects.ts';
import { keep, operands } from './operands.ts';
import type { Value } from './plan.ts';
import { lowerPrint } from './print.ts';
import { type Lowered, type ModuleScope, plain, type Scope, whereOf } from './scope.ts';

export function lowerCall(scope: Scope, node: Call, into?: Value): Lowered {
  const print = scope.module.checked.formatOf(node);
  if (print !== undefined) return lowerPrint(scope, print, into);
  const resolved = scope.module.checked.symbols.get(node);
  const fn = resolved?.kind === 'function' ? resolved.overloads[0] : undefined;
  if (fn === undefined) throw new Error(`${node.name} is not a function`);
  const checked = scope.module.checked.functions.get(fn);
  if (checked === undefined) throw new Error(`analysis does not know the function ${fn.id}`);
  // With more than one candidate, `next` may lead to any of them.
  const candidates = resolved?.kind === 'function' ? resolved.overloads : [fn];
  const pure = candidates.every((f) => scope.module.effects.isPure(f));
  const fails = candidates.some((f) => scope.module.checked.functions.get(f)?.canFail ?? true);
  const args = operands(scope, node.args).map((arg) =>
    // A string is handed over by its address: the callee must not change it meanwhile.
    !pure && arg.type === 'string' && arg.reads.state ? keep(scope, arg) : arg,
  );
  const where = whereOf(scope, node.span);
  const lead = leadArguments(scope.module, fn, where);
  const values = args.map((a) => a.value);
  const stale = staleAfter(scope, candidates);
  const collect = (): void => {
    for (const step of collectSteps(scope.module, stale, where, scope.body.failure)) scope.body.emit(step);
  };
  if (checked.returns === 'string') {
    const target = into ?? scope.body.stringTemporary();
    scope.body.emit(run(call(functionName(fn), ...lead, target, ...values)), {
      fails,
      quiet: pure && !fails,
    });
    collect();
    return plain(target, 'string', NO_READS);
  }
  const value = call(functionName(fn), ...lead, ...values);
  if (checked.returns === undefined) {
    scope.body.emit(run(value), { fails, quiet: pure && !fails });
    collect();
    return plain(num(0), 'int', NO_READS);
  }
  const reads = args.reduce(
    (all, a) => ({ locals: new Set([...all.locals, ...a.reads.locals]), state: true }),
    READS_STATE,
  );
  // After an error nothing more is called that could fail, too.
  const lowered: Lowered = { value, type: 'long', reads, now: !pure || fails, fails };
  if (stale.size === 0) return lowered;
  const kept = keep(scope, lowered);
  collect();
  return kept;
}

/** Per-CPU globals that a call adds to although this body has merged them, and reads on. */
function staleAfter(scope: Scope, candidates: readonly ProgramFunction[]): ReadonlySet<string> {
  if (scope.collected.size === 0) return new Set();
  const added = candidates.flatMap((fn) => [...scope.module.usage.addedBy(fn)]);
  return new Set(added.filter((id) => scope.collected.has(id)));
}

/** What stands before the arguments that the script gives. */
export function leadArguments(module: ModuleScope, fn: ProgramFunction, where: Value): Value[] {
  return [...(module.takesHit(fn) ? [HIT] : []), ...(module.takesWhere(fn) ? [where] : [])];
}

export function functionName(fn: ProgramFunction): string {
  return `fn_${fn.id}`;
}
