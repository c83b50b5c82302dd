/** Statements to steps. */

import type { Block, IfStatement, Statement, TryStatement } from '../1-parse/ast.ts';
import { unreachable } from '../unreachable.ts';
import { OUT } from './body.ts';
import { call, HIT, run, toLabel, when } from './build.ts';
import { NO_READS } from './effects.ts';
import { lowerDelete } from './elements.ts';
import { embeddedBlock } from './embedded.ts';
import { codeOf, lowerCondition, lowerForEffect, whereText } from './expression.ts';
import { lowerFor, lowerForeach, lowerWhile } from './loops.ts';
import { operand } from './operands.ts';
import type { Step } from './plan.ts';
import { plain, type Scope, whereOf } from './scope.ts';
import { placeOf, writePlace } from './variables.ts';

function lowerStatement(scope: Scope, statement: Statement): void {
  if (scope.module.checked.isElided(statement)) return;
  const mark = scope.body.mark();
  const steps = scope.body.block(() => lowerBare(scope, statement));
  if (needsComment(statement, steps)) {
    const { places } = scope.module;
    scope.body.emit({
      kind: 'source',
      where: places.where(statement.span),
      text: places.text(headOf(statement)),
    });
  }
  for (const step of steps) scope.body.emit(step);
  scope.body.release(mark);
}

/** One step of C that says the same needs no comment. */
function needsComment(statement: Statement, steps: readonly Step[]): boolean {
  const { kind: own } = statement;
  if (steps.length === 0 || own === 'block' || own === 'try' || own === 'embedded-c') return false;
  const telling = steps.filter((step) => step.kind !== 'check');
  if (telling.length > 1) return true;
  const kind = telling[0]?.kind;
  return kind === 'print' || statement.kind === 'foreach';
}

/** The part of a statement that stands before its body. */
function headOf(statement: Statement): Statement['span'] {
  switch (statement.kind) {
    case 'if':
      return { ...statement.span, end: statement.then.span.start };
    case 'while':
    case 'for':
    case 'foreach':
      return { ...statement.span, end: statement.body.span.start };
    case 'try':
      return { ...statement.span, end: statement.body.span.start };
    default:
      return statement.span;
  }
}

function lowerBare(scope: Scope, statement: Statement): void {
  switch (statement.kind) {
    case 'block':
      lowerBlock(scope, statement);
      return;
    case 'expr-statement':
      lowerForEffect(scope, statement.expr);
      return;
    case 'if':
      lowerIf(scope, statement);
      return;
    case 'while':
      lowerWhile(scope, statement, lowerStatement);
      return;
    case 'for':
      lowerFor(scope, statement, lowerStatement);
      return;
    case 'foreach':
      lowerForeach(scope, statement, lowerStatement);
      return;
    case 'return':
      lowerReturn(scope, statement);
      return;
    case 'delete':
      lowerDelete(scope, statement);
      return;
    case 'try':
      lowerTry(scope, statement);
      return;
    case 'embedded-c':
      lowerBlockOfC(scope, statement);
      return;
    case 'break':
      scope.body.emit({ kind: 'break' });
      return;
    case 'continue': {
      const label = scope.body.continueLabel;
      scope.body.emit(label === undefined ? { kind: 'continue' } : { kind: 'leave', to: toLabel(label) });
      return;
    }
    case 'next':
      scope.next(scope, statement.span);
      return;
    case 'empty':
      return;
    default:
      unreachable(statement);
  }
}

function lowerBlockOfC(scope: Scope, statement: Extract<Statement, { readonly kind: 'embedded-c' }>): void {
  const code = codeOf(scope, statement);
  const end = code.includes('STAP_ERROR') ? scope.body.label('failed') : '';
  const block = embeddedBlock(code, whereText(scope, statement.span), end);
  if (block.usesMessage) scope.body.field({ type: 'char ', name: 'message', suffix: '[TAPC_STRLEN]' });
  scope.body.emit({ kind: 'c', text: `{\n${indented(block.text)}\n}` }, { fails: true });
}

function indented(code: string): string {
  return code
    .split('\n')
    .map((line) => (line === '' || line.startsWith('#') ? line : `\t${line}`))
    .join('\n');
}

export function lowerBlock(scope: Scope, block: Block): void {
  for (const statement of block.statements) lowerStatement(scope, statement);
}

function lowerIf(scope: Scope, node: IfStatement): void {
  const { checked } = scope.module;
  if (checked.isElided(node.then)) {
    lowerForEffect(scope, node.condition);
    if (node.else !== undefined) lowerStatement(scope, node.else);
    return;
  }
  // What @defined has decided needs no test.
  if (node.else !== undefined && checked.isElided(node.else)) {
    lowerForEffect(scope, node.condition);
    lowerStatement(scope, node.then);
    return;
  }
  const condition = lowerCondition(scope, node.condition);
  if (condition.kind === 'number' && node.else === undefined) {
    if (BigInt(condition.text) !== 0n) lowerStatement(scope, node.then);
    return;
  }
  const then = scope.body.block(() => lowerStatement(scope, node.then));
  const otherwise = scope.body.block(() => {
    if (node.else !== undefined) lowerStatement(scope, node.else);
  });
  scope.body.emit(when(condition, then, otherwise));
}

function lowerReturn(scope: Scope, node: Extract<Statement, { kind: 'return' }>): void {
  if (node.value === undefined || scope.returns === undefined) {
    scope.body.emit({ kind: 'leave', to: toLabel(OUT) });
    return;
  }
  if (scope.returns === 'string') {
    const result = { kind: 'name', name: 'result' } as const;
    const value = scope.lower(scope, node.value, scope.body.inTry ? undefined : result);
    if (value.value !== result) scope.body.emit(run(call('tapc_copy', HIT, result, value.value)));
    scope.body.emit({ kind: 'leave', to: toLabel(OUT) });
    return;
  }
  const value = operandOrCall(scope, node.value);
  scope.body.emit({ kind: 'leave', to: { kind: 'return', value } });
}

/** A call that may fail can be returned as it stands outside of `try`: the caller looks at the error. */
function operandOrCall(scope: Scope, expr: Parameters<typeof operand>[1]) {
  if (scope.body.inTry) return operand(scope, expr).value;
  return scope.lower(scope, expr).value;
}

function lowerTry(scope: Scope, node: TryStatement): void {
  const caught = scope.body.label('catch');
  const done = scope.body.label('caught');
  scope.body.catching(caught, () => lowerBlock(scope, node.body));
  scope.body.emit({ kind: 'leave', to: toLabel(done) });
  scope.body.emit({ kind: 'label', name: caught });
  if (node.name === undefined) scope.body.emit(run(call('tapc_catch', HIT, { kind: 'name', name: 'NULL' })));
  else {
    const place = placeOf(scope, node.name);
    if (place.kind === 'local' && !scope.params.has(place.name)) {
      scope.body.emit(run(call('tapc_catch', HIT, place.lvalue)));
    } else {
      const text = scope.body.stringTemporary();
      scope.body.emit(run(call('tapc_catch', HIT, text)));
      writePlace(scope, place, plain(text, 'string', NO_READS));
    }
  }
  lowerBlock(scope, node.handler);
  scope.body.emit({ kind: 'label', name: done });
}

/** `next` where no other overload is left. */
export function failExhausted(scope: Scope, span: Statement['span']): void {
  const message = { kind: 'text', text: 'all functions exhausted' } as const;
  scope.body.emit(run(call('tapc_fail', HIT, whereOf(scope, span), message)));
  scope.body.emit({ kind: 'leave', to: scope.body.failure });
}
