/** Expressions to values, and to the steps that must run before them. */

import type { Expr, Span } from '../1-parse/ast.ts';
import { unreachable } from '../unreachable.ts';
import { lowerAccess } from './access.ts';
import { lowerBinary, lowerUnary, number } from './arithmetic.ts';
import { lowerAssign, lowerIncDec } from './assign.ts';
import { lowerAtOp } from './at-op.ts';
import { not, when } from './build.ts';
import { lowerCall } from './calls.ts';
import { NO_READS, READS_STATE } from './effects.ts';
import { lowerIn, readElement } from './elements.ts';
import { embeddedCode } from './embedded.ts';
import { withGlobals } from './embedded-globals.ts';
import { lowerLogical, lowerTernary } from './logic.ts';
import { keep } from './operands.ts';
import type { Value } from './plan.ts';
import { lowerRegex } from './regex-match.ts';
import { type Lowered, plain, type Scope } from './scope.ts';
import { lowerBucket, lowerIsBucket, lowerStatOp } from './statistics.ts';
import { placeOf, readPlace, withParameters } from './variables.ts';

/** The value of `expr`; a string that must be made is made in `into` where that is given. */
export function lower(scope: Scope, expr: Expr, into?: Value): Lowered {
  switch (expr.kind) {
    case 'number':
      return literal(expr.value, expr.text);
    case 'string':
      return plain({ kind: 'text', text: expr.value }, 'string', NO_READS);
    case 'identifier':
      return readPlace(placeOf(scope, expr));
    case 'index':
      return expr.base.kind === 'stat-op' ? lowerBucket(scope, expr, expr.base) : readElement(scope, expr);
    case 'call':
      return lowerCall(scope, expr, into);
    case 'unary':
      return lowerUnary(scope, expr);
    case 'binary':
      return expr.op === '&&' || expr.op === '||'
        ? lowerLogical(scope, expr, expr.op)
        : lowerBinary(scope, expr, into);
    case 'ternary':
      return lowerTernary(scope, expr, into);
    case 'assign':
      return lowerAssign(scope, expr, true);
    case 'inc-dec':
      return lowerIncDec(scope, expr, true);
    case 'in':
      return expr.array.kind === 'stat-op'
        ? lowerIsBucket(scope, expr.keys, expr.array)
        : lowerIn(scope, expr.keys, expr.array);
    case 'regex-match':
      return lowerRegex(scope, expr);
    case 'stat-op':
      return lowerStatOp(scope, expr);
    case 'target':
    case 'cast':
    case 'at-var':
    case 'autocast':
      return lowerAccess(scope, expr, into);
    case 'at-op':
      return lowerAtOp(scope, expr, into);
    case 'embedded-c-expr': {
      const text = codeOf(scope, expr);
      return keep(scope, {
        value: { kind: 'c', text },
        type: scope.module.checked.typeOf(expr) === 'string' ? 'string' : 'long',
        reads: READS_STATE,
        now: true,
        fails: /\bhit\b/.test(text),
      });
    }
    default:
      return unreachable(expr);
  }
}

/** A place, in C. */
export function whereText(scope: Scope, span: Span): string {
  const where = scope.whereOf(span);
  return where.kind === 'text' ? JSON.stringify(where.text) : where.kind === 'name' ? where.name : '""';
}

/** C of the script, with its globals; for errors of arrays and of reads it names the place where it stands. */
export function codeOf(scope: Scope, { code, span }: { readonly code: string; readonly span: Span }): string {
  const text = whereText(scope, span);
  const own = withParameters(scope, code);
  return embeddedCode(withGlobals(own, scope.module.globals, span.file, text), text);
}

/** As written where that is hexadecimal. */
function literal(value: bigint, text: string): Lowered {
  const decimal = number(value);
  const isHex = /^0[xX][0-9a-fA-F]+$/.test(text) && value >= 0n;
  return isHex ? { ...decimal, value: { kind: 'number', text: text.toLowerCase() } } : decimal;
}

/** Runs `expr` for what it does. */
export function lowerForEffect(scope: Scope, expr: Expr): void {
  if (expr.kind === 'assign') {
    lowerAssign(scope, expr, false);
    return;
  }
  if (expr.kind === 'inc-dec') {
    lowerIncDec(scope, expr, false);
    return;
  }
  if (expr.kind === 'binary' && (expr.op === '&&' || expr.op === '||')) {
    lowerOneSided(scope, expr, expr.op);
    return;
  }
  const lowered = lower(scope, expr);
  if (lowered.now || lowered.fails) {
    scope.body.emit({ kind: 'do', value: lowered.value }, { fails: lowered.fails });
  }
}

/** `a && f()` as a statement: an `if`. */
function lowerOneSided(scope: Scope, expr: Extract<Expr, { kind: 'binary' }>, op: '&&' | '||'): void {
  const left = lowerCondition(scope, expr.left);
  if (scope.module.checked.isElided(expr.right)) return;
  const right = scope.body.block(() => lowerForEffect(scope, expr.right));
  scope.body.emit(when(op === '&&' ? left : not(left), right));
}

/** A condition: a number that stands alone. */
export function lowerCondition(scope: Scope, expr: Expr): Value {
  const lowered = lower(scope, expr);
  if (!lowered.now && !lowered.fails) return lowered.value;
  return keep(scope, lowered).value;
}
