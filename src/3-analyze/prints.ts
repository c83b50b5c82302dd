/** What each print statement costs its handler: which of its arguments need a lock. */
import type { Call, Expr } from '../1-parse/ast.ts';
import type { ProgramFunction, ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import type { AccessTable } from './accesses.ts';
import { overloadsOf } from './calls.ts';
import type { JudgedPrint } from './checked.ts';
import { printerNamed } from './formats/names.ts';
import { type Reentrancy, runsAlone } from './reentrancy.ts';
import { type ProbeUnit, rootsOf, type Unit } from './units.ts';
import { type Elided, eachChild, type Node, walkLive } from './walk.ts';

export class PrintJudge {
  readonly #symbols: Symbols;
  readonly #elided: Elided;
  readonly #accesses: AccessTable;
  readonly #reentrancy: Reentrancy;
  readonly #unitOf: ReadonlyMap<ProgramFunction, Unit>;

  constructor(
    units: readonly Unit[],
    symbols: Symbols,
    elided: Elided,
    accesses: AccessTable,
    reentrancy: Reentrancy,
  ) {
    this.#symbols = symbols;
    this.#elided = elided;
    this.#accesses = accesses;
    this.#reentrancy = reentrancy;
    this.#unitOf = new Map(units.flatMap((u) => (u.kind === 'function' ? [[u.fn, u] as const] : [])));
  }

  /** Its own prints first, then those of the functions it calls. */
  judge(unit: ProbeUnit): readonly JudgedPrint[] {
    const own = this.#printsIn(unit);
    const { locks } = this.#reentrancy.of(unit);
    const locked = new Set(locks.map((l) => l.global));
    const args = new Set<Expr>(own.flatMap((call) => call.args));
    const decides =
      locked.size > 0 &&
      !runsAlone(unit) &&
      args.size > 0 &&
      this.#reentrancy.classOf(this.#accesses.without(unit, args)) !== 'shared';
    const called = [...this.#reached(unit)].flatMap((fn) => {
      const of = this.#unitOf.get(fn);
      return of === undefined ? [] : this.#printsIn(of);
    });
    return [
      ...own.map((call) => {
        const found = this.#lockedArgs(call, locked);
        return { call, locked: found, decides: decides && found.length > 0 };
      }),
      ...called.map((call) => ({ call, locked: this.#lockedArgs(call, locked), decides: false })),
    ];
  }

  #printsIn(unit: Unit): Call[] {
    const found: Call[] = [];
    for (const root of rootsOf(unit)) {
      walkLive(root, this.#elided, (node) => {
        if (node.kind === 'call' && this.#printer(node)) found.push(node);
        return true;
      });
    }
    return found;
  }

  #printer(call: Call): boolean {
    return this.#symbols.get(call)?.kind === 'builtin' && printerNamed(call.name)?.to === 'stream';
  }

  #reached(unit: Unit, reached = new Set<ProgramFunction>()): Set<ProgramFunction> {
    for (const root of rootsOf(unit)) {
      walkLive(root, this.#elided, (node) => {
        if (node.kind !== 'call') return true;
        for (const fn of overloadsOf(node, this.#symbols, this.#elided)) {
          const of = this.#unitOf.get(fn);
          if (of === undefined || reached.has(fn)) continue;
          reached.add(fn);
          this.#reached(of, reached);
        }
        return true;
      });
    }
    return reached;
  }

  #lockedArgs(call: Call, locked: ReadonlySet<ProgramGlobal>): JudgedPrint['locked'] {
    if (locked.size === 0) return [];
    return call.args.flatMap((arg) => {
      const global = this.#firstUse(arg, locked);
      return global === undefined ? [] : [{ arg, global }];
    });
  }

  #firstUse(node: Node, locked: ReadonlySet<ProgramGlobal>): ProgramGlobal | undefined {
    if (this.#elided.has(node)) return undefined;
    if (node.kind === 'identifier') {
      const resolved = this.#symbols.get(node);
      return resolved?.kind === 'global' && locked.has(resolved.global) ? resolved.global : undefined;
    }
    if (node.kind === 'call') {
      for (const fn of overloadsOf(node, this.#symbols, this.#elided)) {
        const unit = this.#unitOf.get(fn);
        if (unit === undefined) continue;
        for (const global of this.#accesses.of(unit).keys()) if (locked.has(global)) return global;
      }
    }
    let found: ProgramGlobal | undefined;
    eachChild(node, (child) => {
      found ??= this.#firstUse(child, locked);
    });
    return found;
  }
}
