/** Operands in the order in which the script evaluates them: strictly from left to right. */
import type { Expr } from '../1-parse/ast.ts';
import { call, HIT, set } from './build.ts';
import { disturbs, NO_READS } from './effects.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope } from './scope.ts';

/** A value that may stand inside a larger expression. */
export function operand(scope: Scope, expr: Expr): Lowered {
  return settle(scope, scope.lower(scope, expr));
}

/** All of `exprs`; those that a later one could change are kept in temporaries. The first may be made in `into`. */
export function operands(scope: Scope, exprs: readonly Expr[], into?: Value): Lowered[] {
  const effects = exprs.map((e) => scope.module.effects.of(e));
  return exprs.map((expr, i) => {
    const lowered = settle(scope, scope.lower(scope, expr, i === 0 ? into : undefined));
    return effects.some((later, j) => j > i && disturbs(later, lowered.reads))
      ? keep(scope, lowered)
      : lowered;
  });
}

/** Evaluates what must be evaluated now; leaves the rest where it stands. */
export function settle(scope: Scope, lowered: Lowered): Lowered {
  return lowered.now || lowered.fails ? keep(scope, lowered) : lowered;
}

/** The value in a temporary of its own. */
export function keep(scope: Scope, lowered: Lowered): Lowered {
  if (lowered.type === 'string') {
    const buffer = scope.body.stringTemporary();
    scope.body.emit({ kind: 'do', value: call('tapc_copy', HIT, buffer, lowered.value) }, { quiet: true });
    return plain(buffer, 'string', NO_READS);
  }
  const temporary = scope.body.numberTemporary();
  store(scope, temporary, lowered);
  return plain(temporary, 'long', NO_READS);
}

/** `target = value`, with what follows from how the value is made. `quiet`: the target is a temporary. */
function store(scope: Scope, target: Value, lowered: Lowered, quiet = true): void {
  scope.body.emit(set(target, lowered.value), { fails: lowered.fails, quiet: quiet && !lowered.now });
}
