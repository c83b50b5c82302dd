/** Assignments to scalars: `=`, the compound ones, `++` and `--`. Elements of arrays are in elements.ts. */
import type { Assign, BinaryOp, Expr, IncDec } from '../1-parse/ast.ts';
import { walk } from '../1-parse/walk.ts';
import { additionOf } from '../3-analyze/additions.ts';
import { assignTarget, stepTarget } from './access.ts';
import { addSample, addToCounter, isHere } from './accumulate.ts';
import { arithmetic, directOp, operatorOf } from './arithmetic.ts';
import { binary, call, HIT, name, num, run, set, unary } from './build.ts';
import { NO_READS, READS_STATE } from './effects.ts';
import { changeElement, negative, setElement } from './elements.ts';
import { keep, operand } from './operands.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';
import { type Place, placeOf, readPlace, writePlace } from './variables.ts';

const NOTHING: Lowered = plain(num(0), 'int', NO_READS);

/** `wanted`: whether the assignment's own value is used. */
export function lowerAssign(scope: Scope, node: Assign, wanted: boolean): Lowered {
  const { target } = node;
  if (node.op === '<<<') {
    addSample(scope, target, node.value, node.span);
    return NOTHING;
  }
  const addition = wanted ? undefined : additionOf(node);
  if (addition !== undefined) {
    const added: Assign = { ...node, op: addition.op === '+' ? '+=' : '-=', value: addition.amount };
    return lowerAssign(scope, added, false);
  }
  switch (target.kind) {
    case 'identifier':
      return assignPlace(scope, node, placeOf(scope, target), wanted);
    case 'index':
      return node.op === '='
        ? setElement(scope, target, node.value, wanted)
        : changeElement(scope, target, operatorOf(node.op), node.value, wanted ? 'new' : 'none', node.span);
    case 'target':
    case 'cast':
    case 'at-var':
    case 'autocast':
      return assignTarget(scope, target, node);
    default:
      throw new Error(`cannot assign to ${target.kind}`);
  }
}

export function lowerIncDec(scope: Scope, node: IncDec, wanted: boolean): Lowered {
  const op = node.op === '++' ? '+' : '-';
  if (node.target.kind === 'index') {
    const result = !wanted ? 'none' : node.prefix ? 'new' : 'old';
    return changeElement(scope, node.target, op, undefined, result, node.span);
  }
  switch (node.target.kind) {
    case 'target':
    case 'cast':
    case 'at-var':
    case 'autocast':
      return stepTarget(scope, node.target, node);
    case 'identifier':
      break;
    default:
      throw new Error(`cannot change ${node.target.kind}`);
  }
  const place = placeOf(scope, node.target);
  if (isAtomic(place)) {
    return step(
      scope,
      place.info.id,
      op,
      plain(num(1), 'int', NO_READS),
      wanted,
      node.prefix ? 'new' : 'old',
    );
  }
  const before = wanted && !node.prefix ? keep(scope, readPlace(place)) : undefined;
  change(scope, place, op, plain(num(1), 'int', NO_READS), node);
  if (!wanted) return NOTHING;
  return before ?? readPlace(place);
}

function assignPlace(scope: Scope, node: Assign, place: Place, wanted: boolean): Lowered {
  if (node.op === '=') {
    writePlace(scope, place, scope.lower(scope, node.value, bufferFor(scope, place, node.value)));
  } else if (node.op === '.=') {
    const suffix = operand(scope, node.value);
    const target = readPlace(place).value;
    scope.body.emit(run(call('tapc_append', HIT, target, suffix.value)));
  } else if (isAtomic(place) && (node.op === '+=' || node.op === '-=')) {
    return step(
      scope,
      place.info.id,
      node.op === '+=' ? '+' : '-',
      operand(scope, node.value),
      wanted,
      'new',
    );
  } else change(scope, place, operatorOf(node.op), operand(scope, node.value), node);
  return wanted ? readPlace(place) : NOTHING;
}

/** Where a string may be made in place: nothing that goes into it reads the variable, and no error is caught. */
function bufferFor(scope: Scope, place: Place, value: Expr): Value | undefined {
  if (place.kind !== 'local' || !place.isString || scope.body.inTry) return undefined;
  let reads = false;
  walk(value, (n) => {
    reads ||= n.kind === 'identifier' && 'name' in n && n.name === place.name;
    return !reads;
  });
  if (!reads) return place.lvalue;
  // `s = s . rest` grows where it is.
  const grows = value.kind === 'binary' && value.op === '.' && value.left.kind === 'identifier';
  return grows && bufferFor(scope, place, value.right) !== undefined ? place.lvalue : undefined;
}

function isAtomic(place: Place): place is Extract<Place, { kind: 'global' }> {
  return place.kind === 'global' && place.info.form === 'atomic';
}

/** `g += value` in one step that no other CPU comes between. */
function step(
  scope: Scope,
  id: string,
  op: '+' | '-',
  value: Lowered,
  wanted: boolean,
  result: 'old' | 'new',
): Lowered {
  const amount = op === '+' ? value.value : negative(value.value);
  const added = call('tapc_step', unary('&', name(`g_${id}`)), amount);
  if (!wanted) {
    scope.body.emit(run(added));
    return NOTHING;
  }
  const after: Lowered = { value: added, type: 'long', reads: READS_STATE, now: true, fails: false };
  if (result === 'new') return after;
  const kept = keep(scope, after);
  return plain(binary('-', kept.value, amount), 'long', value.reads);
}

/** `place op= value`. */
function change(scope: Scope, place: Place, op: BinaryOp, value: Lowered, node: Assign | IncDec): void {
  const adds = op === '+' || op === '-';
  if (adds && place.kind === 'global' && place.info.form === 'counter' && isHere(scope, place.info)) {
    addToCounter(scope, place.info, op, value);
    return;
  }
  const current = readPlace(place);
  const direct = directOp(op);
  if (direct !== undefined && current.value.kind === 'name') {
    scope.body.emit(set(current.value, value.value, direct));
    return;
  }
  writePlace(
    scope,
    place,
    arithmetic(op, current, value, () => whereOf(scope, node.span)),
  );
}
