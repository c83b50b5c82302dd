/** Inference over statements. */
import type { DeleteStatement, ForeachStatement, Statement } from '../../1-parse/ast.ts';
import { find, freshClass, type TypeClass } from './classes.ts';
import { element, inferAs, inferExpr, inferValue, reportedClass, statistic } from './exprs.ts';
import type { Inference } from './infer.ts';

export function inferStatement(inf: Inference, statement: Statement): void {
  if (inf.input.elided.has(statement)) return;
  switch (statement.kind) {
    case 'block':
      for (const s of statement.statements) inferStatement(inf, s);
      return;
    case 'expr-statement':
      inferExpr(inf, statement.expr);
      return;
    case 'if':
      inferAs(inf, statement.condition, 'long', 'a condition');
      inferStatement(inf, statement.then);
      if (statement.else) inferStatement(inf, statement.else);
      return;
    case 'while':
      inferAs(inf, statement.condition, 'long', 'a condition');
      inferStatement(inf, statement.body);
      return;
    case 'for':
      if (statement.init) inferExpr(inf, statement.init);
      if (statement.condition) inferAs(inf, statement.condition, 'long', 'a condition');
      if (statement.step) inferExpr(inf, statement.step);
      inferStatement(inf, statement.body);
      return;
    case 'foreach':
      foreach(inf, statement);
      return;
    case 'return':
      returned(inf, statement);
      return;
    case 'delete':
      deletion(inf, statement);
      return;
    case 'try':
      inferStatement(inf, statement.body);
      if (statement.name && !inf.input.elided.has(statement.name)) {
        inf.settle(
          statement.name,
          inferExpr(inf, statement.name),
          'string',
          'the message that catch receives',
        );
      }
      inferStatement(inf, statement.handler);
      return;
    case 'embedded-c':
    case 'break':
    case 'continue':
    case 'next':
    case 'empty':
      return;
  }
}

function returned(inf: Inference, statement: Extract<Statement, { readonly kind: 'return' }>): void {
  if (statement.value === undefined) return;
  const value = inferValue(inf, statement.value);
  if (inf.unit?.kind !== 'function') return;
  const own = inf.input.variables.functions.get(inf.unit.fn);
  const { name } = inf.unit.fn.item;
  if (own === undefined) return;
  inf.unify(
    statement.value.span,
    own.returns,
    value,
    (was, is) => `"${name}" returns ${was} elsewhere, ${is} here`,
  );
}

function foreach(inf: Inference, statement: ForeachStatement): void {
  if (statement.limit) inferAs(inf, statement.limit, 'long', 'the limit');
  const { array, keys, value, sort } = statement;
  if (sort !== undefined && sort.column > keys.length) {
    inf.error('bad-sort', statement.span, `there is no key ${sort.column} to sort by`);
  }
  if (array.kind === 'stat-op') {
    statistic(inf, array);
    bind(inf, keys, [freshClass('long', { span: array.span, why: 'the buckets of a histogram' })]);
    if (keys.length !== 1) {
      inf.error(
        'wrong-key-count',
        statement.span,
        'the buckets of a histogram have one key, their lower bound',
      );
    }
    if (value) bind(inf, [value], [freshClass('long', { span: array.span, why: 'the count of a bucket' })]);
    inferStatement(inf, statement.body);
    return;
  }
  const base = array.kind === 'index' ? array.base : array;
  if (base.kind !== 'identifier') {
    inferStatement(inf, statement.body);
    return;
  }
  const slice = array.kind === 'index' ? array.keys : statement.slice;
  const resolved = inf.input.symbols.get(base);
  if (resolved?.kind === 'global') {
    const expected = inf.keysOf(resolved.global, keys.length, base.span);
    const classes = inf.input.variables.globals.get(resolved.global);
    if (slice.length > 0) element(inf, base, slice);
    if (expected === undefined)
      for (const key of keys) inf.unify(key.span, reportedClass(), inferExpr(inf, key), () => '');
    else if (classes !== undefined) {
      inf.record(base, classes.value);
      bind(inf, keys, expected);
      if (sort?.by !== undefined) {
        inf.settle(base, classes.value, 'stats', `what is sorted by @${sort.by}`);
      }
      if (value !== undefined && !inf.input.elided.has(value)) bindValue(inf, statement, classes.value);
    }
  }
  inferStatement(inf, statement.body);
}

function bind(inf: Inference, keys: ForeachStatement['keys'], expected: readonly TypeClass[]): void {
  keys.forEach((key, i) => {
    const of = expected[i];
    if (of === undefined || inf.input.elided.has(key)) return;
    inf.unify(key.span, of, inferExpr(inf, key), (was, is) => {
      return `"${key.name}" receives a key that is ${was}, but it is ${is}`;
    });
  });
}

/** A statistic cannot be stored in a variable; whether it is one may show only later. */
function bindValue(inf: Inference, statement: ForeachStatement, array: TypeClass): void {
  const { value } = statement;
  if (value === undefined) return;
  const own = inferExpr(inf, value);
  const { unit } = inf;
  inf.later.push(() => {
    inf.unit = unit;
    if (find(array).type === 'stats') {
      inf.error('statistic-as-value', value.span, `"${value.name}" would hold a statistic`, [
        'leave it out and read the element by its keys: @count(array[key])',
      ]);
      find(own).reported = true;
      return;
    }
    inf.unify(value.span, array, own, (was, is) => {
      return `"${value.name}" receives a value that is ${was}, but it is ${is}`;
    });
  });
}

function deletion(inf: Inference, statement: DeleteStatement): void {
  const { target } = statement;
  if (inf.input.elided.has(target)) return;
  if (target.kind === 'index' && target.base.kind === 'identifier') {
    inf.record(target, element(inf, target.base, target.keys));
    return;
  }
  if (target.kind === 'identifier') {
    // Both `delete scalar` and `delete array`: says nothing about keys.
    const resolved = inf.input.symbols.get(target);
    const classes =
      resolved?.kind === 'global' ? inf.input.variables.globals.get(resolved.global) : undefined;
    inf.record(target, classes?.value ?? inf.local(target.name));
    return;
  }
  inferExpr(inf, target);
  inf.error('bad-delete', target.span, 'only arrays, their elements and variables can be deleted', [
    'write `delete array[key]`, `delete array` or `delete variable`',
  ]);
}
