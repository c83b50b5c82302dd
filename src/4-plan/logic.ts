/** `&&`, `||`, `?:`: what is not needed is not evaluated. */
import type { Binary, Expr, Ternary } from '../1-parse/ast.ts';
import { exact } from './arithmetic.ts';
import { binary, call, HIT, isTruth, not, num, run, set, when } from './build.ts';
import { bothReads, NO_READS } from './effects.ts';
import { operand } from './operands.ts';
import type { Step, Value } from './plan.ts';
import { type Lowered, plain, type Scope } from './scope.ts';

interface Captured {
  readonly steps: readonly Step[];
  readonly lowered: Lowered;
}

/** An operand with the steps that it needs, for a place that is reached on condition only. */
function capture(scope: Scope, expr: Expr): Captured {
  let lowered: Lowered | undefined;
  const steps = scope.body.block(() => {
    lowered = exact(operand(scope, expr));
  });
  if (lowered === undefined) throw new Error('nothing was lowered');
  return { steps, lowered };
}

export function lowerLogical(scope: Scope, node: Binary, op: '&&' | '||'): Lowered {
  const { checked } = scope.module;
  // What @defined has decided leaves only its other side.
  if (checked.isElided(node.right)) return truthOf(operand(scope, node.left));
  const left = operand(scope, node.left);
  const right = capture(scope, node.right);
  if (right.steps.length === 0) {
    const value = binary(op, left.value, right.lowered.value);
    return plain(value, 'int', bothReads(left.reads, right.lowered.reads));
  }
  const result = scope.body.numberTemporary();
  scope.body.emit(set(result, num(op === '&&' ? 0 : 1)), { quiet: true });
  const condition = op === '&&' ? left.value : not(left.value);
  scope.body.emit(when(condition, [...right.steps, set(result, truth(right.lowered.value))]));
  return plain(result, 'long', NO_READS);
}

export function lowerTernary(scope: Scope, node: Ternary, into?: Value): Lowered {
  const { checked } = scope.module;
  const dead = [node.then, node.else].find((side) => checked.isElided(side));
  if (dead !== undefined) {
    // Decided, but there may be something in it that is done in any case.
    operand(scope, node.condition);
    return scope.lower(scope, dead === node.then ? node.else : node.then, into);
  }
  const condition = operand(scope, node.condition);
  const then = capture(scope, node.then);
  const otherwise = capture(scope, node.else);
  const isString = then.lowered.type === 'string';
  if (then.steps.length === 0 && otherwise.steps.length === 0) {
    const value: Value = {
      kind: 'choose',
      condition: condition.value,
      yes: then.lowered.value,
      no: otherwise.lowered.value,
    };
    const both = then.lowered.type === 'int' && otherwise.lowered.type === 'int';
    const reads = bothReads(condition.reads, bothReads(then.lowered.reads, otherwise.lowered.reads));
    return plain(value, isString ? 'string' : both ? 'int' : 'long', reads);
  }
  const result = isString ? (into ?? scope.body.stringTemporary()) : scope.body.numberTemporary();
  const assign = (value: Value): Step =>
    isString ? run(call('tapc_copy', HIT, result, value)) : set(result, value);
  scope.body.emit(
    when(
      condition.value,
      [...then.steps, assign(then.lowered.value)],
      [...otherwise.steps, assign(otherwise.lowered.value)],
    ),
  );
  return plain(result, isString ? 'string' : 'long', NO_READS);
}

function truthOf(lowered: Lowered): Lowered {
  return { ...lowered, value: truth(lowered.value), type: 'int' };
}

/** 0 or 1. */
function truth(value: Value): Value {
  return isTruth(value) ? value : binary('!=', value, num(0));
}
