/**
 * The re-entrancy class of each handler, the storage of each global, and the locks that are left: those of globals that
 * one handler changes while another may look.
 */
import type { Expr, Statement, TypeName } from '../1-parse/ast.ts';
import type { Program, ProgramGlobal } from '../2-resolve/program.ts';
import type { Access, Accesses, AccessTable } from './accesses.ts';
import type { CheckedGlobal, CheckedProbe, ReentrancyClass } from './checked.ts';
import type { ProbeUnit, Unit } from './units.ts';

export type Storage = CheckedGlobal['storage'];
type Lock = CheckedProbe['locks'][number];

export interface Handling {
  readonly class: ReentrancyClass;
  readonly because?: Expr | Statement;
  readonly locks: readonly Lock[];
  /** Of a return probe: around what is computed when the function is entered. */
  readonly entryLocks: readonly Lock[];
  /** In the one order; those at the entry of a return probe last. */
  readonly uses: CheckedProbe['uses'];
  readonly snapshots: CheckedProbe['snapshots'];
}

export interface Reentrancy {
  storageOf(global: ProgramGlobal): Storage;
  /** Whether a handler looks at it while others may add. */
  isWatched(global: ProgramGlobal): boolean;
  of(unit: ProbeUnit): Handling;
  /** The class of a handler that did only this. */
  classOf(uses: Accesses): ReentrancyClass;
}

/** What is known of a global beside its uses. */
export interface GlobalShape {
  readonly type: TypeName;
  readonly keys: readonly TypeName[];
}

/** How the runs that others may nest in or go on beside use one global. */
interface Concurrent {
  adds: boolean;
  reads: boolean;
  writes: boolean;
  /** One handler both adds and needs to know the value. */
  mixed: boolean;
  /** One that runs at the pace of events needs to know the value: merging what the CPUs have would cost it more than a lock. */
  knownOften: boolean;
  readonly accesses: Access[];
}

export function reentrancy(
  program: Program,
  units: readonly Unit[],
  accesses: AccessTable,
  shapeOf: (global: ProgramGlobal) => GlobalShape,
): Reentrancy {
  const probes = units.filter((u): u is ProbeUnit => u.kind === 'probe');
  const concurrent = new Map<ProgramGlobal, Concurrent>();
  const written = new Set<ProgramGlobal>();
  const inC = new Set<ProgramGlobal>();
  for (const unit of probes) {
    const alone = runsAlone(unit);
    const paced = unit.probe.points.every((p) => unit.probe.family.context(p).paced === true);
    for (const uses of [accesses.of(unit), accesses.atEntry(unit)]) {
      for (const [global, access] of uses) {
        if (access.changes > 0) written.add(global);
        // It knows a global as one variable, also where nothing runs beside it.
        if (access.inC) inC.add(global);
        if (!alone) note(concurrent, global, access, paced);
      }
    }
  }
  const kept = new Map(
    program.globals.map((g): [ProgramGlobal, Storage] => [
      g,
      inC.has(g) && written.has(g) ? 'locked' : storageFor(g, written.has(g), concurrent.get(g), shapeOf(g)),
    ]),
  );
  const state: State = {
    concurrent,
    order: new Map(program.globals.map((g, i) => [g, i])),
    storageOf: (global) => kept.get(global) ?? 'locked',
  };
  // Where a handler needs no lock for its one use of a number, everybody's uses of it must be whole.
  for (const unit of probes) {
    if (runsAlone(unit)) continue;
    for (const own of [accesses.of(unit), accesses.atEntry(unit)]) {
      const [only, more] = contendedBy(own, state);
      if (only === undefined || more !== undefined) continue;
      const [global, access] = only;
      const isRun = own === accesses.of(unit);
      const whole = isWhole(access, concurrent.get(global), shapeOf(global), isRun);
      if (state.storageOf(global) === 'locked' && whole) kept.set(global, 'atomic');
    }
  }
  const handlings = new Map(
    probes.map((unit): [ProbeUnit, Handling] => {
      const own = accesses.of(unit);
      const uses = [...usesOf(own, state), ...usesOf(accesses.atEntry(unit), state)];
      if (runsAlone(unit)) return [unit, { ...aloneHandling(own), entryLocks: [], uses }];
      const run = handle(own, state, true);
      const entry = handle(accesses.atEntry(unit), state, false);
      return [unit, { ...joined(run, entry), uses, snapshots: run.snapshots }];
    }),
  );
  return {
    storageOf: state.storageOf,
    isWatched: (global) => {
      const uses = concurrent.get(global);
      return state.storageOf(global) === 'percpu' && (uses?.reads === true || uses?.writes === true);
    },
    of: (unit) => handlings.get(unit) ?? { ...FREE, entryLocks: [], uses: [] },
    classOf: (uses) => handle(uses, state, true).class,
  };
}

interface State {
  readonly concurrent: ReadonlyMap<ProgramGlobal, Concurrent>;
  readonly order: ReadonlyMap<ProgramGlobal, number>;
  readonly storageOf: (global: ProgramGlobal) => Storage;
}

type Run = Omit<Handling, 'entryLocks' | 'uses'>;

const FREE: Run = { class: 'trace', locks: [], snapshots: [] };

/** A return probe is of the class of whichever of its two runs needs more. */
function joined(handler: Run, entry: Run): Omit<Handling, 'uses'> {
  const order: readonly ReentrancyClass[] = ['trace', 'accumulate', 'shared'];
  const decides = order.indexOf(entry.class) > order.indexOf(handler.class) ? entry : handler;
  return { ...decides, locks: handler.locks, entryLocks: entry.locks };
}

/** Begin, end and error: nothing else runs while they do. */
export function runsAlone({ probe }: ProbeUnit): boolean {
  return probe.points.every((p) => probe.family.context(p).alone === true);
}

function note(
  concurrent: Map<ProgramGlobal, Concurrent>,
  global: ProgramGlobal,
  access: Access,
  isPaced: boolean,
): void {
  const uses = concurrent.get(global) ?? {
    adds: false,
    reads: false,
    writes: false,
    mixed: false,
    knownOften: false,
    accesses: [],
  };
  concurrent.set(global, uses);
  const knows = access.read !== undefined || access.write !== undefined;
  uses.adds ||= access.accumulate !== undefined;
  uses.reads ||= access.read !== undefined;
  uses.writes ||= access.write !== undefined;
  uses.mixed ||= access.accumulate !== undefined && knows;
  uses.knownOften ||= knows && !isPaced;
  uses.accesses.push(access);
}

function storageFor(
  global: ProgramGlobal,
  written: boolean,
  uses: Concurrent | undefined,
  { type }: GlobalShape,
): Storage {
  if (!written) return 'constant';
  // Where the oldest entry makes room, which one that is shows.
  if (uses?.adds !== true || global.variable.wrap || type === 'string') return 'locked';
  if (uses.knownOften) return 'locked';
  return uses.mixed && type !== 'stats' ? 'locked' : 'percpu';
}

function usesOf(own: Accesses, { order }: State): CheckedProbe['uses'] {
  return [...own]
    .sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    .flatMap(([global, access]) => {
      const node = access.write ?? access.accumulate ?? access.read ?? access.sort;
      return node === undefined ? [] : [{ global, how: howOf(access), node }];
    });
}

function howOf(access: Access): CheckedProbe['uses'][number]['how'] {
  if (access.changes === 0) return 'reads';
  if (access.step !== undefined && access.uses === 1) return 'steps';
  if (access.write === undefined && access.read === undefined) return 'adds';
  return access.read === undefined ? 'sets' : 'changes';
}

/** A handler that nothing runs beside: its class tells what it does, but it needs no lock. */
function aloneHandling(own: Accesses): Run {
  for (const access of own.values()) {
    const because = access.write ?? access.accumulate ?? access.read;
    if (because !== undefined) return { class: 'shared', because, locks: [], snapshots: [] };
  }
  return FREE;
}

/** The globals that a run uses while others may change them, in the one order. */
function contendedBy(
  own: Accesses,
  { concurrent, storageOf, order }: State,
): (readonly [ProgramGlobal, Access])[] {
  const contended = [...own].filter(([global, access]) => {
    const uses = concurrent.get(global);
    if (uses === undefined) return false;
    // What no handler reads while others add to it needs no exclusion.
    const counted = storageOf(global) === 'percpu' && !uses.reads && !uses.writes;
    return !counted && (uses.adds || uses.writes || access.sort !== undefined);
  });
  return contended.sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/**
 * Whether a handler's use of a number is seen whole without a lock: it reads it once, or can read it when it begins (`isRun`) and keep what it was, and nobody sets it twice in a run, so
 * that no value shows that was not meant to; or it sets it once, or takes one step that gives it the value, and nobody
 * looks twice.
 */
function isWhole(
  access: Access,
  uses: Concurrent | undefined,
  { type, keys }: GlobalShape,
  isRun: boolean,
): boolean {
  if (uses === undefined || type !== 'long' || keys.length > 0 || access.inC) return false;
  if (access.changes === 0) {
    return (access.uses === 1 || (isRun && !access.inCalls)) && uses.accesses.every((a) => a.changes < 2);
  }
  if (access.uses !== 1) return false;
  return uses.accesses.every((a) => a.uses < 2 && isStoreOrStep(a));
}

/** Not `n *= 2`, which reads and then writes. */
function isStoreOrStep(access: Access): boolean {
  return access.step !== undefined || access.read === undefined || access.write === undefined;
}

function handle(own: Accesses, state: State, isRun: boolean): Run {
  const { concurrent, storageOf } = state;
  const contended = contendedBy(own, state);
  const [only, more] = contended;
  const isFree =
    only === undefined ||
    (more === undefined && needsNoLock(only[1], only[0], storageOf(only[0]), concurrent, isRun));
  if (isFree) {
    const [changed] = [...own].flatMap(([global, access]) => {
      const change = access.accumulate ?? access.write;
      return change !== undefined && concurrent.has(global) ? [change] : [];
    });
    const snapshots = only !== undefined && only[1].changes === 0 && only[1].uses > 1 ? [only[0]] : [];
    return changed === undefined
      ? { ...FREE, snapshots }
      : { class: 'accumulate', because: changed, locks: [], snapshots };
  }
  const [first] = contended;
  const because = first?.[1].write ?? first?.[1].sort ?? first?.[1].read ?? first?.[1].accumulate;
  const locks = contended.map(
    ([global, access]): Lock => ({ global, mode: mode(access, storageOf(global)) }),
  );
  return { class: 'shared', locks, snapshots: [], ...(because === undefined ? {} : { because }) };
}

/** One use of one global can be seen before or after what others do: there is nothing that it could disagree with. */
function needsNoLock(
  access: Access,
  global: ProgramGlobal,
  storage: Storage,
  concurrent: ReadonlyMap<ProgramGlobal, Concurrent>,
  isRun: boolean,
): boolean {
  if (storage === 'percpu') return access.uses === 1 && access.accumulate !== undefined;
  return storage === 'atomic' && isWhole(access, concurrent.get(global), { type: 'long', keys: [] }, isRun);
}

/** Adding to what every CPU keeps for itself goes on beside other adders; collecting it does not. */
function mode(access: Access, storage: Storage): Lock['mode'] {
  if (storage === 'percpu') return access.read || access.write ? 'write' : 'read';
  return access.changes > 0 || access.sort ? 'write' : 'read';
}
