/** The `@` operators with plain arguments. */

import type { AtOp, Expr } from '../1-parse/ast.ts';
import { countersOf } from '../3-analyze/counters.ts';
import { unreachable } from '../unreachable.ts';
import { number } from './arithmetic.ts';
import { call, HIT, num } from './build.ts';
import { bothReads, READS_STATE } from './effects.ts';
import { operands } from './operands.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';

export function lowerAtOp(scope: Scope, node: AtOp, into?: Value): Lowered {
  const { checked } = scope.module;
  const known = checked.constantOf(node);
  if (known !== undefined) return number(known);
  switch (node.op) {
    case 'entry':
      return scope.entryValueOf(node);
    case 'choose_defined': {
      const [first, second] = node.args;
      const chosen = first !== undefined && !checked.isElided(first) ? first : second;
      if (chosen === undefined) throw new Error('@choose_defined has no choice');
      return scope.lower(scope, chosen, into);
    }
    case 'kderef':
    case 'uderef':
      return dereference(scope, node);
    case 'kregister':
    case 'uregister':
      return register(scope, node);
    case 'const': {
      const [name] = node.args;
      if (name?.kind !== 'string') throw new Error('@const names a constant');
      return plain({ kind: 'c', text: name.value }, 'raw', READS_STATE);
    }
    case 'perf':
      return readCounter(scope, node);
    case 'defined':
    case 'enum':
    case 'probewrite':
      throw new Error(`analysis left @${node.op} undecided`);
    default:
      return unreachable(node.op);
  }
}

/** `@kderef(size, address)`. */
function dereference(scope: Scope, node: AtOp): Lowered {
  const [size, address] = node.args;
  if (size === undefined || address === undefined) throw new Error(`@${node.op} takes a size and an address`);
  const [lowered] = operands(scope, [address]);
  if (lowered === undefined) throw new Error('no address');
  const callee = `tapc_load${node.op === 'uderef' ? '_user' : ''}_u${bytesOf(size) * 8n}`;
  const value: Value = call(callee, HIT, whereOf(scope, node.span), lowered.value);
  return { value, type: 'long', reads: bothReads(lowered.reads, READS_STATE), now: false, fails: true };
}

/** `@kregister(number)`, `@uregister(number)`. */
function register(scope: Scope, node: AtOp): Lowered {
  const [number] = node.args;
  if (number?.kind !== 'number') throw new Error(`@${node.op} takes a number`);
  const callee = node.op === 'kregister' ? 'tapc_kernel_register' : 'tapc_user_register';
  const value: Value = call(callee, HIT, whereOf(scope, node.span), num(number.value));
  return { value, type: 'long', reads: READS_STATE, now: false, fails: true };
}

/** `@perf("name")`. */
function readCounter(scope: Scope, node: AtOp): Lowered {
  const [name] = node.args;
  const counter =
    name?.kind === 'string' ? countersOf(scope.module.checked.program).get(name.value) : undefined;
  if (counter === undefined) throw new Error('analysis knows every counter');
  const variable: Value = { kind: 'c', text: `&${counter.variable}` };
  const value: Value = call('tapc_perf_read', HIT, whereOf(scope, node.span), variable);
  return { value, type: 'long', reads: READS_STATE, now: false, fails: true };
}

function bytesOf(size: Expr): bigint {
  if (size.kind !== 'number') throw new Error('the size of a load is a literal');
  return size.value;
}
