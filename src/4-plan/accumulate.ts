/** Adding to statistics and counters. */
import type { Expr, Span } from '../1-parse/ast.ts';
import { call, HIT, name, run, unary } from './build.ts';
import { elementOf, negative } from './elements.ts';
import type { GlobalInfo } from './globals.ts';
import { operand, operands } from './operands.ts';
import type { Lowered, Scope } from './scope.ts';
import { whereOf } from './scope.ts';
import { counterAdd, mapAddHere, statisticAddHere } from './spelling.ts';

/** `target <<< value`. */
export function addSample(scope: Scope, target: Expr, value: Expr, span: Span): void {
  if (target.kind === 'index') {
    const { info, keys } = elementOf(scope, target);
    const lowered = operands(scope, [...keys, value]);
    const callee = isHere(scope, info) ? mapAddHere(info.id) : `map_${info.id}_add`;
    const args = lowered.map((l) => l.value);
    scope.body.emit(run(call(callee, HIT, whereOf(scope, span), ...args)), { fails: true });
    return;
  }
  const info = statisticOf(scope, target);
  const sample = operand(scope, value).value;
  scope.body.emit(
    run(
      isHere(scope, info)
        ? call(statisticAddHere(info.id), sample)
        : call(`stat_${info.id}_add`, unary('&', name(`g_${info.id}`)), sample),
    ),
  );
}

/** Whether an addition goes to this CPU's part. A body that has merged the parts works on the whole. */
export function isHere(scope: Scope, info: GlobalInfo): boolean {
  return info.percpu && !scope.collected.has(info.id);
}

export function statisticOf(scope: Scope, target: Expr): GlobalInfo {
  const resolved = scope.module.checked.symbols.get(target);
  if (resolved?.kind !== 'global') throw new Error('a statistic is a global');
  return scope.module.globals.info(resolved.global);
}

/** `counter += n` and `-=`. */
export function addToCounter(scope: Scope, info: GlobalInfo, op: '+' | '-', value: Lowered): void {
  const amount = op === '+' ? value.value : negative(value.value);
  scope.body.emit(run(call(counterAdd(info.id), amount)));
}
