/** Strings that are printed and nothing else: the runtime makes them in the record, without a buffer and without a copy. */
import type { Expr } from '../1-parse/ast.ts';
import type { Checked } from '../3-analyze/checked.ts';
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
  const record = recordItem(scope.module.checked, expr);
  if (record === undefined || expr.kind !== 'call') return undefined;
  const { item, most, fails } = record;
  const lead = fails ? [HIT, whereOf(scope, expr.span)] : [];
  return {
    args: expr.args,
    make: (args) => ({
      kind: 'made',
      value: call(item, ...lead, name('&record'), ...args),
      size: name(most),
      fails,
    }),
  };
}

/** The item that makes the string that an expression is, and its most bytes, a C constant; undefined where none does. */
export function recordItem(
  checked: Checked,
  expr: Expr,
): { readonly item: string; readonly most: string; readonly fails: boolean } | undefined {
  if (expr.kind !== 'call') return undefined;
  const [fn, more] = checked.overloadsOf(expr);
  if (fn === undefined || more !== undefined || !fn.trusted || fn.item.body.kind !== 'embedded-c') {
    return undefined;
  }
  const record = recordItemOf(fn.item.body.code);
  return record === undefined ? undefined : { ...record, fails: checked.functions.get(fn)?.canFail ?? true };
}
