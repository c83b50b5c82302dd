/** Strings that are printed and nothing else: the runtime makes them in the record, without a buffer and without a copy. */
import type { Expr } from '../1-parse/ast.ts';
import { recordItemOf } from '../3-analyze/pragmas.ts';
import { call, HIT, name } from './build.ts';
import type { PrintField, Value } from './plan.ts';
import { type Scope, whereOf } from './scope.ts';

export interface MadeString {
  /** What must be evaluated before. */
  readonly args: readonly Expr[];
  make(args: readonly Value[]): Extract<PrintField, { kind: 'made' }> & { readonly fails: boolean };
}

/** A call of a tapset function that says which item of the runtime makes its string in a record. */
export function madeString(scope: Scope, expr: Expr): MadeString | undefined {
  if (expr.kind !== 'call') return undefined;
  const { checked } = scope.module;
  const [fn, more] = checked.overloadsOf(expr);
  if (fn === undefined || more !== undefined || !fn.trusted || fn.item.body.kind !== 'embedded-c') {
    return undefined;
  }
  const record = recordItemOf(fn.item.body.code);
  if (record === undefined) return undefined;
  const fails = checked.functions.get(fn)?.canFail ?? true;
  const lead = fails ? [HIT, whereOf(scope, expr.span)] : [];
  return {
    args: expr.args,
    make: (args) => ({
      kind: 'made',
      value: call(record.item, ...lead, name('&record'), ...args),
      size: name(record.most),
      fails,
    }),
  };
}
