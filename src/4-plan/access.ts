/** `$var->path`, `@cast(…)->path`, `@var(…)`: chains of fault-proof loads. */

import type { Assign, AtVar, Autocast, Cast, Expr, IncDec, TargetVariable } from '../1-parse/ast.ts';
import type { Hop, Load, MemoryAccess } from '../3-analyze/checked.ts';
import type { ContextVariable, VariableStore } from '../probes/family.ts';
import { unreachable } from '../unreachable.ts';
import { arithmetic, exact, operatorOf } from './arithmetic.ts';
import { binary, call, cast, HIT, num, run, set } from './build.ts';
import { bothReads, NO_READS, READS_STATE, type Reads } from './effects.ts';
import { keep, operand, operands } from './operands.ts';
import type { Value } from './plan.ts';
import { lowerPretty } from './pretty.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';

export type AccessNode = TargetVariable | Cast | AtVar | Autocast;

export function lowerAccess(scope: Scope, node: AccessNode, into?: Value): Lowered {
  const access = scope.module.checked.accessOf(node);
  if (access.pretty !== undefined) return lowerPretty(scope, access.pretty, whereOf(scope, node.span), into);
  return loadAccess(scope, access, whereOf(scope, node.span));
}

/** What one text needs several times and is made once. */
export interface MadeOnce {
  /** Pointers that have been loaded, by where their chain starts and how it goes on. */
  readonly pointers: Map<MemoryAccess['base'], Map<string, Lowered>>;
  /** Values of the script's expressions that a chain starts from, or that index. */
  readonly values: Map<Expr, Lowered>;
}

/** Evaluates what of the script's own stands in `accesses`, in its order. */
export function makeOnce(scope: Scope, accesses: readonly MemoryAccess[]): MadeOnce {
  const values = new Map<Expr, Lowered>();
  const make = (expr: Expr): void => {
    if (!values.has(expr)) values.set(expr, operand(scope, expr));
  };
  for (const { base, hops } of accesses) {
    if (base.kind === 'expression') make(base.expr);
    for (const { expr } of hops.flatMap((hop) => hop.indices)) make(expr);
  }
  return { pointers: new Map(), values };
}

/** The value that a chain of loads ends in. */
export function loadAccess(scope: Scope, access: MemoryAccess, where: Value, once?: MadeOnce): Lowered {
  const base = baseOf(scope, access, once);
  if (access.load === undefined && access.hops.length === 0) return base;
  const address = addressOf(scope, access, base, where, once);
  return access.load === undefined ? address : load(access.load, access.user, address, where);
}

function baseOf(scope: Scope, access: MemoryAccess, once?: MadeOnce): Lowered {
  const { base } = access;
  switch (base.kind) {
    case 'variable': {
      const { c, text } = base.variable;
      const isText = text === true;
      const reads = base.variable.store !== undefined && scope.module.checked.storesTargets;
      return plain({ kind: 'c', text: c }, isText ? 'string' : 'raw', reads ? READS_STATE : NO_READS);
    }
    case 'expression':
      return once?.values.get(base.expr) ?? operand(scope, base.expr);
    case 'symbol': {
      const address = base.percpu ? `raw_cpu_ptr(&${base.symbol})` : `&${base.symbol}`;
      return plain(cast('s64', { kind: 'c', text: address }), 'long', READS_STATE);
    }
    case 'entry':
      return scope.entryValue(base.slot);
    case 'none':
      return plain(num(0), 'int', NO_READS);
    default:
      return unreachable(base);
  }
}

/** Address of the last place: every hop but the last ends in a pointer that is loaded. */
function addressOf(
  scope: Scope,
  access: MemoryAccess,
  base: Lowered,
  where: Value,
  once?: MadeOnce,
): Lowered {
  const exprs = access.hops.flatMap((hop) => hop.indices.map((i) => i.expr));
  const made = exprs.flatMap((expr) => once?.values.get(expr) ?? []);
  const indices = made.length === exprs.length ? made : operands(scope, exprs);
  let next = 0;
  let current = exact(base);
  access.hops.forEach((hop, i) => {
    // C has no offset of a bit field.
    const isField = i === access.hops.length - 1 && access.load?.bits !== undefined;
    if (hop.check !== undefined && !isField) {
      scope.module.assertLayout(hop.check.type, hop.check.member, hop.offset);
    }
    if (i > 0) {
      const pointer = load({ size: 8, signed: false }, access.user, current, where);
      current = once === undefined ? pointer : onceLoaded(scope, access, i, pointer, once);
    }
    const steps = indices.slice(next, next + hop.indices.length);
    next += steps.length;
    current = addHop(current, hop, steps);
  });
  return current;
}

/** The pointer behind the first `count` hops, in a temporary that others with the same hops share. */
function onceLoaded(
  scope: Scope,
  access: MemoryAccess,
  count: number,
  pointer: Lowered,
  { pointers }: MadeOnce,
): Lowered {
  const hops = access.hops.slice(0, count);
  if (hops.some((hop) => hop.indices.length > 0)) return pointer;
  const known = pointers.get(access.base) ?? new Map<string, Lowered>();
  pointers.set(access.base, known);
  const way = hops.map((hop) => hop.offset).join();
  const kept = known.get(way) ?? keep(scope, pointer);
  known.set(way, kept);
  return kept;
}

function addHop(base: Lowered, hop: Hop, indices: readonly Lowered[]): Lowered {
  let { value, reads } = base;
  if (hop.offset !== 0) value = binary('+', value, num(hop.offset));
  hop.indices.forEach((index, i) => {
    const lowered = indices[i];
    if (lowered === undefined) throw new Error('an index is missing');
    const wide =
      lowered.type === 'int' && lowered.value.kind !== 'number' ? cast('s64', lowered.value) : lowered.value;
    const constant = wide.kind === 'number' ? BigInt(wide.text) * BigInt(index.scale) : undefined;
    const scaled =
      constant !== undefined ? num(constant) : index.scale === 1 ? wide : binary('*', wide, num(index.scale));
    if (constant !== 0n) value = binary('+', value, scaled);
    reads = bothReads(reads, lowered.reads);
  });
  return { ...base, value, reads, type: 'long' };
}

function load(how: Load, user: boolean, address: Lowered, where: Value): Lowered {
  if (how.size === 0) return address;
  const sign = how.signed && how.size < 8 && how.bits === undefined ? 's' : 'u';
  const callee = `tapc_load${user ? '_user' : ''}_${sign}${how.size * 8}`;
  const word = call(callee, HIT, where, address.value);
  const { bits } = how;
  const value =
    bits === undefined
      ? word
      : call(how.signed ? 'tapc_bits_signed' : 'tapc_bits', word, num(bits.offset), num(bits.size));
  const reads: Reads = bothReads(address.reads, READS_STATE);
  return { value, type: 'long', reads, now: false, fails: true };
}

/** Assignment in guru mode: to a variable of the context, or through `tapc_store_*`. The value is what was assigned. */
export function assignTarget(scope: Scope, node: AccessNode, assign: Assign): Lowered {
  const { op } = assign;
  const text = madeText(scope.module.checked.accessOf(node));
  if (text !== undefined) return makeText(scope, text, op, operand(scope, assign.value));
  if (op === '=') return storeTarget(scope, node, operand(scope, assign.value), whereOf(scope, assign.span));
  return changeTarget(scope, node, (current, where) =>
    arithmetic(operatorOf(op), current, operand(scope, assign.value), () => where),
  );
}

/** The text that a handler makes and that the runtime gives away when it is through. */
function madeText({ base, load }: MemoryAccess): ContextVariable | undefined {
  if (load !== undefined || base.kind !== 'variable') return undefined;
  return base.variable.store?.kind === 'text' ? base.variable : undefined;
}

function makeText(scope: Scope, variable: ContextVariable, op: Assign['op'], value: Lowered): Lowered {
  const settled = value.reads.state || value.fails || value.now ? keep(scope, value) : value;
  const place = { kind: 'c', text: variable.store?.c ?? '' } as const;
  scope.body.emit(run(call(op === '=' ? 'tapc_value_set' : 'tapc_value_append', HIT, place, settled.value)));
  return plain({ kind: 'c', text: variable.c }, 'string', READS_STATE);
}

/** `$x++` and its kin; the value is the one before or after. */
export function stepTarget(scope: Scope, node: AccessNode, step: IncDec): Lowered {
  let before: Lowered | undefined;
  const after = changeTarget(scope, node, (current, where) => {
    before = current;
    return arithmetic(step.op === '++' ? '+' : '-', current, plain(num(1), 'int', NO_READS), () => where);
  });
  return step.prefix || before === undefined ? after : before;
}

function changeTarget(
  scope: Scope,
  node: AccessNode,
  change: (current: Lowered, where: Value) => Lowered,
): Lowered {
  const where = whereOf(scope, node.span);
  const current = keep(scope, loadAccess(scope, scope.module.checked.accessOf(node), where));
  return storeTarget(scope, node, change(current, where), where);
}

function storeTarget(scope: Scope, node: AccessNode, value: Lowered, where: Value): Lowered {
  const access = scope.module.checked.accessOf(node);
  const settled = value.reads.state || value.fails || value.now ? keep(scope, value) : value;
  const { base, load: how } = access;
  if (how === undefined) {
    if (base.kind !== 'variable' || base.variable.store === undefined)
      throw new Error('no place to assign to');
    storeVariable(scope, base.variable.store, settled, where);
    return settled;
  }
  const address = addressOf(scope, access, baseOf(scope, access), where);
  const bytes = how.size === 0 ? 8 : how.size;
  if (how.bits === undefined) {
    scope.body.emit(run(call(`tapc_store_u${bytes * 8}`, HIT, where, address.value, settled.value)), FAILS);
    return settled;
  }
  const { offset, size } = how.bits;
  const at = keep(scope, address).value;
  const word = keep(
    scope,
    load({ size: bytes, signed: false }, false, plain(at, 'long', NO_READS), where),
  ).value;
  const merged = call('tapc_bits_replace', word, num(offset), num(size), settled.value);
  scope.body.emit(run(call(`tapc_store_u${bytes * 8}`, HIT, where, at, merged)), FAILS);
  return settled;
}

const FAILS = { fails: true } as const;

function storeVariable(scope: Scope, store: VariableStore, value: Lowered, where: Value): void {
  const { kind, c, given, narrow } = store;
  const narrowed =
    narrow === undefined
      ? value.value
      : narrow === 'bool'
        ? binary('!=', value.value, num(0))
        : cast(narrow, value.value);
  if (kind === 'lvalue') scope.body.emit(set({ kind: 'c', text: c }, narrowed));
  else if (kind === 'setter')
    scope.body.emit(run(call(c, ...(given ?? []).map((text) => ({ kind: 'c', text }) as const), narrowed)));
  else scope.body.emit(run(call('tapc_store_u64', HIT, where, { kind: 'c', text: c }, narrowed)), FAILS);
}
