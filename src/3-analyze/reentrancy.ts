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
}

export interface Reentrancy {
  storageOf(global: ProgramGlobal): Storage;
  of(unit: ProbeUnit): Handling;
}

/** How the handlers that may run at the same time as others use one global. */
interface Concurrent {
  adds: boolean;
  reads: boolean;
  writes: boolean;
  /** One handler both adds and needs to know the value. */
  mixed: boolean;
}

export function reentrancy(
  program: Program,
  units: readonly Unit[],
  accesses: AccessTable,
  typeOf: (global: ProgramGlobal) => TypeName,
): Reentrancy {
  const probes = units.filter((u): u is ProbeUnit => u.kind === 'probe');
  const concurrent = new Map<ProgramGlobal, Concurrent>();
  const written = new Set<ProgramGlobal>();
  const together = new Set<ProgramGlobal>();
  for (const unit of probes) {
    const alone = runsAlone(unit);
    for (const uses of [accesses.of(unit), accesses.atEntry(unit)]) {
      for (const [global, access] of uses) {
        if (access.write || access.accumulate) written.add(global);
        // A function that adds on its CPU does not know that its caller has collected already.
        if (access.addsInCalls && (access.read || access.write)) together.add(global);
        if (!alone) note(concurrent, global, access);
      }
    }
  }
  const storage = new Map(
    program.globals.map((g): [ProgramGlobal, Storage] => [
      g,
      together.has(g) ? 'locked' : storageFor(g, written.has(g), concurrent.get(g), typeOf(g)),
    ]),
  );
  const order = new Map(program.globals.map((g, i) => [g, i]));
  const storageOf = (global: ProgramGlobal): Storage => storage.get(global) ?? 'locked';
  const handlings = new Map(
    probes.map((unit): [ProbeUnit, Handling] => {
      const own = accesses.of(unit);
      if (runsAlone(unit)) return [unit, { ...aloneHandling(own), entryLocks: [] }];
      const run = handle(own, concurrent, storageOf, order);
      return [unit, joined(run, handle(accesses.atEntry(unit), concurrent, storageOf, order))];
    }),
  );
  return { storageOf, of: (unit) => handlings.get(unit) ?? { ...FREE, entryLocks: [] } };
}

type Run = Omit<Handling, 'entryLocks'>;

const FREE: Run = { class: 'trace', locks: [] };

/** A return probe is of the class of whichever of its two runs needs more. */
function joined(handler: Run, entry: Run): Handling {
  const order: readonly ReentrancyClass[] = ['trace', 'accumulate', 'shared'];
  const decides = order.indexOf(entry.class) > order.indexOf(handler.class) ? entry : handler;
  return { ...decides, locks: handler.locks, entryLocks: entry.locks };
}

/** Handlers in process context are those of begin, end and error: nothing else runs while they do. */
function runsAlone(unit: ProbeUnit): boolean {
  return unit.probe.points.every((p) => unit.probe.family.context(p).level === 'process');
}

function note(concurrent: Map<ProgramGlobal, Concurrent>, global: ProgramGlobal, access: Access): void {
  const uses = concurrent.get(global) ?? { adds: false, reads: false, writes: false, mixed: false };
  concurrent.set(global, uses);
  const knows = access.read !== undefined || access.write !== undefined;
  uses.adds ||= access.accumulate !== undefined;
  uses.reads ||= access.read !== undefined;
  uses.writes ||= access.write !== undefined;
  uses.mixed ||= access.accumulate !== undefined && knows;
}

function storageFor(
  global: ProgramGlobal,
  written: boolean,
  uses: Concurrent | undefined,
  type: TypeName,
): Storage {
  if (!written) return 'constant';
  // Where the oldest entry makes room, which one that is shows.
  if (uses?.adds !== true || global.variable.wrap || type === 'string') return 'locked';
  if (type === 'stats') return 'percpu';
  return uses.mixed ? 'locked' : 'percpu';
}

/** A handler that nothing runs beside: its class tells what it does, but it needs no lock. */
function aloneHandling(own: Accesses): Run {
  for (const access of own.values()) {
    const because = access.write ?? access.accumulate ?? access.read;
    if (because !== undefined) return { class: 'shared', because, locks: [] };
  }
  return FREE;
}

function handle(
  own: Accesses,
  concurrent: ReadonlyMap<ProgramGlobal, Concurrent>,
  storageOf: (global: ProgramGlobal) => Storage,
  order: ReadonlyMap<ProgramGlobal, number>,
): Run {
  const contended: [ProgramGlobal, Access][] = [];
  let added: Expr | Statement | undefined;
  for (const [global, access] of own) {
    const uses = concurrent.get(global);
    if (uses === undefined) continue;
    added ??= access.accumulate;
    const changes = uses.adds || uses.writes || access.sort !== undefined;
    // What no handler reads while others add to it needs no exclusion.
    const counted = storageOf(global) === 'percpu' && !uses.reads && !uses.writes;
    if (changes && !counted) contended.push([global, access]);
  }
  // A single add can be seen before or after any reader: there is nothing that it could disagree with.
  const [only, more] = contended;
  const free =
    only === undefined || (more === undefined && storageOf(only[0]) === 'percpu' && isSingleAdd(only[1]));
  if (!free) {
    contended.sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    const [first] = contended;
    const because = first?.[1].write ?? first?.[1].sort ?? first?.[1].read ?? first?.[1].accumulate;
    const locks = contended.map(
      ([global, access]): Lock => ({ global, mode: mode(access, storageOf(global)) }),
    );
    return { class: 'shared', locks, ...(because === undefined ? {} : { because }) };
  }
  return added === undefined ? FREE : { class: 'accumulate', because: added, locks: [] };
}

function isSingleAdd(access: Access): boolean {
  return access.adds === 1 && access.read === undefined && access.write === undefined;
}

/** Adding to what every CPU keeps for itself goes on beside other adders; collecting it does not. */
function mode(access: Access, storage: Storage): Lock['mode'] {
  if (storage === 'percpu') return access.read || access.write ? 'write' : 'read';
  return access.write || access.accumulate || access.sort ? 'write' : 'read';
}
