/** Handlers of probes to C functions, with what runs at the entry of a return probe. */
import type { AtOp, TargetVariable } from '../1-parse/ast.ts';
import type { BoundProbe } from '../2-resolve/program.ts';
import type { CheckedProbe } from '../3-analyze/checked.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { BodyParameter, BoundPoint } from '../probes/family.ts';
import { lowerAccess } from './access.ts';
import { Body, OUT } from './body.ts';
import { call, HIT, name, not, run, set, text, toLabel, unary, unlikely, when } from './build.ts';
import { collectSteps } from './collect.ts';
import { NO_READS } from './effects.ts';
import { lower, lowerCondition } from './expression.ts';
import { framePart } from './frame.ts';
import { operand } from './operands.ts';
import type { PlanEntry, PlanFrame, PlanHandler, PlanVariable, Step } from './plan.ts';
import { beginMatches } from './regex-match.ts';
import { type Lowered, type ModuleScope, plain, type Scope } from './scope.ts';
import { EXCLUSION, handlerName } from './spelling.ts';
import { lowerBlock } from './statement.ts';
import { finish } from './tidy.ts';
import { snapshotName } from './variables.ts';

export interface LoweredHandler {
  readonly plan: PlanHandler;
  /** Of the body: it is called with the family's arguments. */
  readonly needsArguments: boolean;
}

export function lowerHandler(
  module: ModuleScope,
  probe: CheckedProbe,
  index: number,
  profile: KernelProfile,
): LoweredHandler {
  const bound = probe.probe;
  const point = firstPoint(bound.points);
  const body = new Body(`tapc_frame_${index}`);
  const saved = savedFrame(module, probe, index);
  const roots = [...bound.blocks, ...bound.conditions];
  const collected = module.usage.collectedBy(roots);
  const whereOf = placesOf(module, bound);
  const scope: Scope = {
    module,
    body,
    owner: { kind: 'handler', index },
    locals: probe.locals,
    params: new Set(),
    returns: undefined,
    collected,
    snapshots: new Set(probe.snapshots.map((g) => g.id)),
    lower,
    whereOf,
    next: (inner) => inner.body.emit({ kind: 'leave', to: toLabel(OUT) }),
    entryValue: (slot) => savedValue(saved, slot),
    entryValueOf: (node) => savedValue(saved, probe.entryValues.indexOf(node)),
  };
  beginMatches(scope, roots);
  for (const step of collectSteps(module, collected, whereOf(bound.span), toLabel(OUT))) body.emit(step);
  for (const { id } of probe.snapshots) {
    const now = body.variable({ type: 's64 ', name: snapshotName(id), suffix: '' });
    body.emit(set(now, call('READ_ONCE', name(`g_${id}`))));
  }
  for (const condition of bound.conditions) {
    const value = lowerCondition(scope, condition);
    body.emit(when(not(value), [{ kind: 'leave', to: toLabel(OUT) }]));
  }
  for (const block of bound.blocks) lowerBlock(scope, block);
  body.check();
  const guarded = guard(module, probe.locks, body);
  const done = finish(body.steps, guarded.variables, { ...guarded, returns: false });
  const signature = bound.family.signature(point, profile);
  const used = module.identifiers.of(done.steps);
  const needsArguments = signature.some((p) => used.includes(p.name));
  const where = module.places.where(bound.span);
  const savedParameter = saved === undefined ? [] : [`const struct ${saved.tag} *saved`];
  const plan: PlanHandler = {
    index,
    body: handlerName(index),
    emitBody: true,
    point: bound.points.length === 1 ? point.text : bound.written,
    written: bound.written,
    family: bound.family.name,
    class: probe.class,
    parameters: [...(needsArguments ? declarations(signature) : []), ...savedParameter],
    comment: [`probe ${bound.written} -- ${where}`],
    where,
    variables: done.variables,
    steps: done.steps,
    ...(guarded.frame === undefined ? {} : { frame: guarded.frame }),
    ...(saved === undefined ? {} : { entry: lowerEntry(module, probe, index, saved, profile) }),
  };
  return { plan, needsArguments };
}

/** What goes wrong in an alias of the tapset is told of the probe that uses it. */
function placesOf(module: ModuleScope, { span: own }: BoundProbe): Scope['whereOf'] {
  return (span) => text(module.places.where(module.places.fileOf(span) === own.file ? span : own));
}

function firstPoint(points: readonly BoundPoint[]): BoundPoint {
  const [point] = points;
  if (point === undefined) throw new Error('a probe has a point');
  return point;
}

function declarations(signature: readonly BodyParameter[]): string[] {
  return signature.map((p) => p.declaration);
}

interface Guarded {
  readonly prologue: readonly Step[];
  readonly cleanup: readonly Step[];
  readonly variables: readonly PlanVariable[];
  readonly frame?: PlanFrame;
}

/** The body between what it must have and what must be given back: frame, exclusion, locks in the one order. */
function guard(module: ModuleScope, locks: CheckedProbe['locks'], body: Body): Guarded {
  const frame = framePart(body, [{ kind: 'leave', to: { kind: 'return' } }]);
  const enter: Step[] = [...frame.enter];
  // Built from the inside out: what was taken last is given back first.
  let cleanup: Step[] = [...frame.leave];
  const variables: PlanVariable[] = [...frame.variables, ...body.variables];
  const stepBack = (label: string): { to: Step; from: Step[] } => ({
    to:
      cleanup.length === 0
        ? { kind: 'leave', to: { kind: 'return' } }
        : { kind: 'leave', to: toLabel(label) },
    from: cleanup.length === 0 ? [] : [{ kind: 'label', name: label }],
  });
  if (locks.length > 0) {
    const flags = name('flags');
    variables.push({ type: 'unsigned long ', name: 'flags', suffix: '' });
    const back = stepBack('pop');
    enter.push(unlikely(not(call(EXCLUSION.enter, HIT, unary('&', flags))), [back.to]));
    cleanup = [run(call(EXCLUSION.leave, HIT, flags)), ...back.from, ...cleanup];
    let label = 'leave';
    for (const { global, mode } of locks) {
      const lock = unary('&', name(lockName(module.globals.info(global).id)));
      const undo = stepBack(label);
      enter.push(unlikely(not(call(`tapc_lock_${mode}`, HIT, lock)), [undo.to]));
      cleanup = [run(call(`tapc_unlock_${mode}`, lock)), ...undo.from, ...cleanup];
      label = `unlock_${global.id}`;
    }
  }
  return {
    prologue: enter,
    cleanup,
    variables,
    ...(frame.frame === undefined ? {} : { frame: frame.frame }),
  };
}

export function lockName(id: string): string {
  return `lock_${id}`;
}

type EntryNode = CheckedProbe['entryValues'][number];

function savedFrame(module: ModuleScope, probe: CheckedProbe, index: number): PlanFrame | undefined {
  if (probe.entryValues.length === 0) return undefined;
  const fields = probe.entryValues.map((node, i): PlanVariable => {
    const isString = entryType(module, node) === 'string';
    return isString
      ? { type: 'char ', name: `v${i}`, suffix: '[TAPC_STRLEN]' }
      : { type: 's64 ', name: `v${i}`, suffix: '' };
  });
  return { tag: `tapc_saved_${index}`, fields };
}

function entryType(module: ModuleScope, node: EntryNode): 'long' | 'string' {
  return module.checked.typeOf(node) === 'string' ? 'string' : 'long';
}

function savedValue(saved: PlanFrame | undefined, slot: number): Lowered {
  const field = saved?.fields[slot];
  if (field === undefined) throw new Error(`no value was saved in slot ${slot}`);
  return plain(name(`saved->${field.name}`), field.suffix === '' ? 'long' : 'string', NO_READS);
}

function lowerEntry(
  module: ModuleScope,
  probe: CheckedProbe,
  index: number,
  saved: PlanFrame,
  profile: KernelProfile,
): PlanEntry {
  const { family, points, span } = probe.probe;
  const point = family.entryOf?.(firstPoint(points));
  if (point === undefined) throw new Error(`${family.name} has no entry point here`);
  const body = new Body(`tapc_entry_frame_${index}`);
  const entries = probe.entryValues.filter((node) => node.kind === 'at-op');
  const collected = module.usage.collectedBy(entries);
  const undecided = (): never => {
    throw new Error('an entry value cannot read an entry value');
  };
  const whereOf = placesOf(module, probe.probe);
  const scope: Scope = {
    module,
    body,
    owner: { kind: 'entry', index },
    locals: probe.locals,
    params: new Set(),
    returns: undefined,
    collected,
    lower,
    whereOf,
    next: undecided,
    entryValue: undecided,
    entryValueOf: undecided,
  };
  beginMatches(scope, entries);
  for (const step of collectSteps(module, collected, whereOf(span), toLabel(OUT))) body.emit(step);
  probe.entryValues.forEach((node, i) => {
    const field = saved.fields[i];
    if (field === undefined) return;
    const mark = body.mark();
    const place = name(`saved->${field.name}`);
    const value = entryOperand(scope, node);
    if (field.suffix === '') body.emit({ kind: 'set', target: place, op: '=', value: value.value });
    else body.emit(run(call('tapc_copy', HIT, place, value.value)));
    body.release(mark);
  });
  body.check();
  const guarded = guard(module, probe.entryLocks, body);
  const done = finish(body.steps, guarded.variables, { ...guarded, returns: false });
  const where = module.places.where(span);
  return {
    name: `tapc_entry_${index}`,
    parameters: [...declarations(family.signature(point, profile)), `struct ${saved.tag} *saved`],
    saved,
    comment: [`entry of probe ${probe.probe.written} -- ${where}`],
    where,
    variables: done.variables,
    steps: done.steps,
    ...(guarded.frame === undefined ? {} : { frame: guarded.frame }),
  };
}

function entryOperand(scope: Scope, node: AtOp | TargetVariable): Lowered {
  if (node.kind === 'target') return lowerAccess(scope, node);
  const [expr] = node.args;
  if (expr === undefined) throw new Error('@entry takes an expression');
  return operand(scope, expr);
}
