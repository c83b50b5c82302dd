/** Reading statistics: `@count(x)` and its kin, buckets of histograms. */

import type { Expr, Index, StatOp } from '../1-parse/ast.ts';
import { unreachable } from '../unreachable.ts';
import { statisticOf } from './accumulate.ts';
import { binary, call, cast, HIT, name, unary } from './build.ts';
import { bothReads, NO_READS, READS_STATE, type Reads } from './effects.ts';
import { readElement } from './elements.ts';
import { operand } from './operands.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';

export interface StatisticReference {
  /** C identifier that its functions are named after. */
  readonly id: string;
  /** `const struct stat_x *`, NULL for an entry that is not there. */
  readonly pointer: Value;
  readonly reads: Reads;
}

export function statisticReference(scope: Scope, stat: Expr): StatisticReference {
  if (stat.kind === 'index') {
    const element = readElement(scope, stat);
    if (stat.base.kind !== 'identifier') throw new Error('no statistic');
    return { id: statisticOf(scope, stat.base).id, pointer: element.value, reads: element.reads };
  }
  const { id } = statisticOf(scope, stat);
  return { id, pointer: unary('&', name(`g_${id}`)), reads: READS_STATE };
}

export function lowerStatOp(scope: Scope, node: StatOp): Lowered {
  const { id, pointer, reads } = statisticReference(scope, node.stat);
  switch (node.op) {
    case 'count':
    case 'sum':
      return plain(call(`stat_${id}_${node.op}`, pointer), 'long', reads);
    case 'min':
    case 'max':
    case 'avg':
    case 'variance': {
      const value = call(`stat_${id}_${node.op}`, HIT, whereOf(scope, node.span), pointer);
      return { value, type: 'long', reads, now: false, fails: true };
    }
    case 'hist_log':
    case 'hist_linear':
      throw new Error('a histogram is no number');
    default:
      return unreachable(node.op);
  }
}

/** `@hist_log(x)[i]`. */
export function lowerBucket(scope: Scope, node: Index, histogram: StatOp): Lowered {
  const [key] = node.keys;
  if (key === undefined) throw new Error('a bucket has a number');
  const { id, pointer, reads } = statisticReference(scope, histogram.stat);
  const index = operand(scope, key);
  const value = call(`stat_${id}_bucket`, HIT, whereOf(scope, node.span), pointer, index.value);
  return { value, type: 'long', reads: bothReads(reads, index.reads), now: false, fails: true };
}

/** `n in @hist_log(x)`: whether there is a bucket of that number. */
export function lowerIsBucket(
  scope: Scope,
  [key]: readonly (Expr | undefined)[],
  histogram: StatOp,
): Lowered {
  if (key === undefined) throw new Error('a bucket has a number');
  const { id } = statisticReference(scope, histogram.stat);
  const index = operand(scope, key);
  const value = binary('<', cast('u64', index.value), name(`stat_${id}_buckets`));
  return plain(value, 'int', index.reads);
}

/** The histogram for printing: set beforehand, an empty one being an error. */
export function histogramForPrint(scope: Scope, node: StatOp): { value: Value; size: Value } {
  const { id, pointer } = statisticReference(scope, node.stat);
  const variable = scope.body.histogramTemporary();
  const made = plain(call(`stat_${id}_histogram`, HIT, whereOf(scope, node.span), pointer), 'long', NO_READS);
  scope.body.emit({ kind: 'set', target: variable, op: '=', value: made.value }, { fails: true });
  return { value: variable, size: name(`stat_${id}_histogram_bytes`) };
}
