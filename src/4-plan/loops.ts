/** Loops: every turn is paid for, so that none runs on for ever. */

import type {
  Expr,
  ForeachStatement,
  ForStatement,
  Identifier,
  Statement,
  WhileStatement,
} from '../1-parse/ast.ts';
import { STATEMENT_KINDS, walk } from '../1-parse/walk.ts';
import type { CurrentEntry } from './body.ts';
import { binary, call, HIT, name, not, num, set, unary, unlikely, when } from './build.ts';
import { isTree, NO_READS } from './effects.ts';
import { arrayOf, sliceArguments } from './elements.ts';
import { lowerCondition, lowerForEffect } from './expression.ts';
import { type GlobalInfo, givenKeys } from './globals.ts';
import { keep, operand } from './operands.ts';
import type { Step, Value } from './plan.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';
import { statisticReference } from './statistics.ts';
import { placeOf, writePlace } from './variables.ts';
import { sortName } from './views/map-view.ts';

type LowerStatement = (scope: Scope, statement: Statement) => void;

/** Pays for one turn: as many actions as the body has statements. */
function payment(scope: Scope, body: Statement, span: Statement['span']): Step {
  const paid = call('tapc_budget', HIT, whereOf(scope, span), num(countStatements(body)));
  return unlikely(not(paid), [{ kind: 'leave', to: scope.body.failure }]);
}

function countStatements(body: Statement): number {
  let count = 0;
  walk(body, (n) => {
    if (n !== body && (n.kind === 'while' || n.kind === 'for' || n.kind === 'foreach')) {
      count++;
      return false;
    }
    if (n.kind !== 'block' && n.kind !== 'empty' && STATEMENT_KINDS.has(n.kind)) count++;
    return STATEMENT_KINDS.has(n.kind);
  });
  return Math.max(1, count);
}

export function lowerWhile(scope: Scope, node: WhileStatement, lowerStatement: LowerStatement): void {
  lowerLoop(scope, { condition: node.condition, body: node.body, span: node.span }, lowerStatement);
}

export function lowerFor(scope: Scope, node: ForStatement, lowerStatement: LowerStatement): void {
  const { init, condition, step, body, span } = node;
  lowerLoop(scope, { init, condition, step, body, span }, lowerStatement);
}

interface Loop {
  readonly init?: Expr | undefined;
  readonly condition?: Expr | undefined;
  readonly step?: Expr | undefined;
  readonly body: Statement;
  readonly span: Statement['span'];
}

function lowerLoop(scope: Scope, loop: Loop, lowerStatement: LowerStatement): void {
  const { init, step } = loop;
  if (scope.module.checked.isElided(loop.body)) {
    if (init !== undefined) lowerForEffect(scope, init);
    if (loop.condition !== undefined) lowerForEffect(scope, loop.condition);
    return;
  }
  const initial = init === undefined ? [] : scope.body.block(() => lowerForEffect(scope, init));
  const next = step === undefined ? [] : scope.body.block(() => lowerForEffect(scope, step));
  const initHead = headStep(initial);
  const nextHead = headStep(next);
  if (initHead === undefined) for (const s of initial) scope.body.emit(s);
  const label = next.length > 0 && nextHead === undefined ? scope.body.label('next') : undefined;
  let condition: Value | undefined;
  const test = scope.body.block(() => {
    if (loop.condition !== undefined) condition = lowerCondition(scope, loop.condition);
  });
  const always = condition === undefined || (condition.kind === 'number' && BigInt(condition.text) !== 0n);
  const inHead = !always && test.length === 0;
  const body = scope.body.block(() => {
    if (!inHead) {
      for (const s of test) scope.body.emit(s);
      if (!always && condition !== undefined) scope.body.emit(when(not(condition), [{ kind: 'break' }]));
    }
    scope.body.emit(payment(scope, loop.body, loop.span));
    scope.body.inLoop(label, () => lowerStatement(scope, loop.body));
    if (label !== undefined) {
      scope.body.emit({ kind: 'label', name: label });
      for (const s of next) scope.body.emit(s);
    }
  });
  scope.body.emit({
    kind: 'loop',
    body,
    ...(initHead === undefined ? {} : { init: initHead }),
    ...(inHead && condition !== undefined ? { condition } : {}),
    ...(nextHead === undefined ? {} : { step: nextHead }),
  });
}

/** A single step that can stand in the head of a `for`. */
function headStep(steps: readonly Step[]): Step | undefined {
  const [only] = steps;
  const fits = steps.length === 1 && (only?.kind === 'set' || only?.kind === 'do');
  return fits ? only : undefined;
}

export function lowerForeach(scope: Scope, node: ForeachStatement, lowerStatement: LowerStatement): void {
  const { array } = node;
  if (array.kind === 'identifier') lowerWalk(scope, node, array, lowerStatement);
  else lowerBuckets(scope, node, array, lowerStatement);
}

/** What the loop's head gives its body: the number of the entry, and tests that may pass over it. */
function lowerWalk(
  scope: Scope,
  node: ForeachStatement,
  array: Identifier,
  lowerStatement: LowerStatement,
): void {
  const info = arrayOf(scope, array);
  const sliced = node.slice.some((key) => key !== undefined);
  const slice = sliced
    ? [givenKeys(node.slice), ...sliceArguments(scope, info, node.slice).map((k) => held(scope, k))]
    : [];
  const limit = limitOf(scope, node);
  const entry = scope.body.entryTemporary();
  const first = call(`map_${info.id}_first`);
  const emptied = isEmptiedIn(scope, node.body, info);
  // What has been emptied has no next entry.
  const more = (left: Value): Value => (emptied ? binary('&&', left, first) : left);
  const visit = () => {
    assignKeys(scope, node, info, entry);
    scope.body.atEntry(emptied ? undefined : currentEntry(scope, node, info, entry), () => {
      scope.body.inLoop(undefined, () => lowerStatement(scope, node.body));
    });
  };
  if (node.sort !== undefined) {
    const sort = sortName(node.sort);
    scope.module.globals.useSort(info.id, node.sort);
    const { owner } = scope;
    const nested =
      owner.kind === 'function' && scope.module.checked.functions.get(owner.fn)?.recursive === true;
    const order = scope.module.globals.newOrder(info.id, nested);
    const count = scope.body.countTemporary();
    const index = scope.body.indexTemporary();
    const callee = `map_${info.id}_sort_${sliced ? 'slice_' : ''}${sort}`;
    const most = limit ?? name('S64_MAX');
    scope.body.emit(set(count, call(callee, unary('&', order), most, ...slice)));
    const body = scope.body.block(() => {
      scope.body.emit(payment(scope, node.body, node.span));
      scope.body.emit(set(entry, name(`${nameOf(order)}.entry[${nameOf(index)}]`)));
      visit();
    });
    scope.body.emit({
      kind: 'loop',
      init: set(index, num(0)),
      condition: more(binary('<', index, count)),
      step: set(index, num(1), '+='),
      body,
    });
    return;
  }
  const body = scope.body.block(() => {
    scope.body.emit(payment(scope, node.body, node.span));
    if (sliced) {
      const matches = call(`map_${info.id}_match`, entry, ...slice);
      scope.body.emit(when(not(matches), [{ kind: 'continue' }]));
    }
    if (limit !== undefined) {
      scope.body.emit(when(binary('<=', limit, num(0)), [{ kind: 'break' }]));
      scope.body.emit(set(limit, num(1), '-='));
    }
    visit();
  });
  scope.body.emit({
    kind: 'loop',
    init: set(entry, first),
    condition: more(entry),
    step: set(entry, call(`map_${info.id}_next`, entry)),
    body,
  });
}

/** Whether the body deletes the array as a whole; the checks refuse any other change of what is walked. */
function isEmptiedIn(scope: Scope, body: Statement, info: GlobalInfo): boolean {
  let found = false;
  walk(body, (n) => {
    const resolved = isTree(n, 'delete') ? scope.module.checked.symbols.get(n.target) : undefined;
    found ||= resolved?.kind === 'global' && resolved.global === info.global;
    return !found;
  });
  return found;
}

/** The entry, if the body leaves its keys as they are and calls nothing that could change the array. */
function currentEntry(
  scope: Scope,
  node: ForeachStatement,
  info: GlobalInfo,
  entry: Value,
): CurrentEntry | undefined {
  const { checked, effects } = scope.module;
  const keys = node.keys.map((key) => {
    const resolved = checked.symbols.get(key);
    return resolved?.kind === 'local' ? resolved.name : '';
  });
  const { locals } = effects.of(node.body);
  let stays = !keys.includes('') && !keys.some((key) => locals.has(key));
  walk(node.body, (n) => {
    const resolved = n.kind === 'call' ? checked.symbols.get(n) : undefined;
    if (resolved?.kind === 'function') stays &&= resolved.overloads.every((fn) => effects.isPure(fn));
    // Walks inside that use the same variables, and C that nobody can see through.
    if (isTree(n, 'foreach')) stays &&= !n.keys.some((key) => keys.includes(key.name));
    if (n.kind === 'embedded-c' || n.kind === 'embedded-c-expr') stays = false;
    if (isTree(n, 'try')) stays &&= n.name === undefined || !keys.includes(n.name.name);
    return stays;
  });
  return stays ? { array: info.id, keys, entry } : undefined;
}

/** A key that stays what it is while the loop runs. */
function held(scope: Scope, key: Lowered): Value {
  return key.value.kind === 'number' || key.value.kind === 'text' ? key.value : keep(scope, key).value;
}

/** Most turns; in a variable where the loop counts down from it. */
function limitOf(scope: Scope, node: ForeachStatement): Value | undefined {
  if (node.limit === undefined) return undefined;
  const limit = operand(scope, node.limit);
  return node.sort === undefined ? keep(scope, limit).value : limit.value;
}

function nameOf(value: Value): string {
  if (value.kind !== 'name') throw new Error('a variable has a name');
  return value.name;
}

function assignKeys(scope: Scope, node: ForeachStatement, info: GlobalInfo, entry: Value): void {
  node.keys.forEach((key, i) => {
    const value = call(`map_${info.id}_key${i + 1}`, entry);
    const type = info.checked.keys[i] === 'string' ? 'string' : 'long';
    writePlace(scope, placeOf(scope, key), plain(value, type, NO_READS));
  });
  if (node.value === undefined || info.checked.type === 'stats') return;
  const type = info.checked.type === 'string' ? 'string' : 'long';
  writePlace(scope, placeOf(scope, node.value), plain(call(`map_${info.id}_value`, entry), type, NO_READS));
}

/** `foreach (b in @hist_log(x))`: over the numbers of the buckets. */
function lowerBuckets(
  scope: Scope,
  node: ForeachStatement,
  array: Exclude<ForeachStatement['array'], Identifier>,
  lowerStatement: LowerStatement,
): void {
  const [key] = node.keys;
  if (array.kind !== 'stat-op' || key === undefined) throw new Error('no histogram');
  const { id, pointer } = statisticReference(scope, array.stat);
  const index = scope.body.numberTemporary();
  const limit = node.limit === undefined ? undefined : keep(scope, operand(scope, node.limit)).value;
  const where = whereOf(scope, node.span);
  const sorted = node.sort !== undefined;
  const body = scope.body.block(() => {
    scope.body.emit(payment(scope, node.body, node.span));
    if (limit !== undefined) {
      const spent = sorted ? binary('<=', limit, num(0)) : binary('>=', index, limit);
      scope.body.emit(when(spent, [{ kind: 'break' }]));
      if (sorted) scope.body.emit(set(limit, num(1), '-='));
    }
    writePlace(scope, placeOf(scope, key), plain(index, 'long', NO_READS));
    if (node.value !== undefined) {
      const count = call(`stat_${id}_bucket`, HIT, where, pointer, index);
      const lowered = { value: count, type: 'long', reads: NO_READS, now: false, fails: true } as const;
      writePlace(scope, placeOf(scope, node.value), lowered);
    }
    scope.body.inLoop(undefined, () => lowerStatement(scope, node.body));
  });
  scope.body.emit({ kind: 'loop', ...bucketOrder(node, id, pointer, index), body });
}

/** How a loop goes from bucket to bucket: by their numbers, or by their counts. */
function bucketOrder(
  { sort }: ForeachStatement,
  id: string,
  pointer: Value,
  index: Value,
): { init: Step; condition: Value; step: Step } {
  const buckets = name(`stat_${id}_buckets`);
  const there = binary('>=', index, num(0));
  if (sort?.column === 0) {
    const after = (before: Value): Step =>
      set(
        index,
        call(`stat_${id}_bucket_after`, pointer, before, name(String(sort.direction === 'descending'))),
      );
    return { init: after(num(-1)), condition: there, step: after(index) };
  }
  if (sort?.direction === 'descending') {
    return {
      init: set(index, binary('-', buckets, num(1))),
      condition: there,
      step: set(index, num(1), '-='),
    };
  }
  return {
    init: set(index, num(0)),
    condition: binary('<', index, buckets),
    step: set(index, num(1), '+='),
  };
}
