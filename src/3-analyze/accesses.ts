/** What each unit does with globals, through the functions it calls. */
import type { AtOp, Expr, Identifier } from '../1-parse/ast.ts';
import type { ProgramFunction, ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import { type CallGraph, overloadsOf } from './calls.ts';
import { globalsOf } from './pragmas.ts';
import { rootsOf, type Unit } from './units.ts';
import { type Elided, eachChild, type Node } from './walk.ts';

/** For each way of use the first place. */
export interface Access {
  read: Node | undefined;
  write: Node | undefined;
  accumulate: Node | undefined;
  /** A sorted `foreach`: its list of entries belongs to that place of the script, for one handler at a time. */
  sort: Node | undefined;
  /** How many adds a run may make; 2 stands for many. */
  adds: 0 | 1 | 2;
  /** Some of them in functions that it calls. */
  addsInCalls: boolean;
  /** How it is stored: samples make a statistic, keys an array. Undefined where only C or `delete` does. */
  stored: { readonly keys: number; readonly samples: boolean } | undefined;
}

export type Accesses = ReadonlyMap<ProgramGlobal, Access>;

export interface AccessTable {
  of(unit: Unit): Accesses;
  /** What `@entry(…)` does when the function is entered: that is a run of its own. */
  atEntry(unit: Unit): Accesses;
}

export function collectAccesses(
  units: readonly Unit[],
  globals: readonly ProgramGlobal[],
  graph: CallGraph,
  symbols: Symbols,
  elided: Elided,
): AccessTable {
  const byName = new Map(globals.map((g) => [g.variable.name, g]));
  const functions = new Map<ProgramFunction, Map<ProgramGlobal, Access>>();
  const table = new Map<Unit, Accesses>();
  const entries = new Map<Unit, Accesses>();
  const unitOf = new Map(units.flatMap((u) => (u.kind === 'function' ? [[u.fn, u] as const] : [])));
  for (const group of graph.groups) {
    const together = new Map<ProgramGlobal, Access>();
    for (const fn of group) functions.set(fn, together);
    for (const fn of group) {
      const unit = unitOf.get(fn);
      if (unit === undefined) continue;
      new Collector(together, functions, byName, symbols, elided).unit(unit);
      table.set(unit, together);
    }
    const [only] = group;
    if (only !== undefined && graph.recursive.has(only)) {
      for (const access of together.values()) if (access.adds > 0) access.adds = 2;
    }
  }
  for (const unit of units) {
    if (unit.kind === 'function') continue;
    const own = new Map<ProgramGlobal, Access>();
    const atEntry = new Map<ProgramGlobal, Access>();
    new Collector(own, functions, byName, symbols, elided, atEntry).unit(unit);
    table.set(unit, own);
    if (atEntry.size > 0) entries.set(unit, atEntry);
  }
  const none: Accesses = new Map();
  return { of: (unit) => table.get(unit) ?? none, atEntry: (unit) => entries.get(unit) ?? none };
}

class Collector {
  #into: Map<ProgramGlobal, Access>;
  readonly #atEntry: Map<ProgramGlobal, Access>;
  readonly #functions: ReadonlyMap<ProgramFunction, ReadonlyMap<ProgramGlobal, Access>>;
  readonly #byName: ReadonlyMap<string, ProgramGlobal>;
  readonly #symbols: Symbols;
  readonly #elided: Elided;
  #loops = 0;

  constructor(
    into: Map<ProgramGlobal, Access>,
    functions: ReadonlyMap<ProgramFunction, ReadonlyMap<ProgramGlobal, Access>>,
    byName: ReadonlyMap<string, ProgramGlobal>,
    symbols: Symbols,
    elided: Elided,
    atEntry = into,
  ) {
    this.#into = into;
    this.#atEntry = atEntry;
    this.#functions = functions;
    this.#byName = byName;
    this.#symbols = symbols;
    this.#elided = elided;
  }

  unit(unit: Unit): void {
    for (const root of rootsOf(unit)) this.#visit(root);
  }

  #visit(node: Node): void {
    if (this.#elided.has(node)) return;
    switch (node.kind) {
      case 'while':
      case 'foreach':
        this.#loops++;
        if (node.kind === 'foreach') {
          this.#foreachTargets([node.value, ...node.keys]);
          if (node.sort !== undefined && node.array.kind === 'identifier')
            this.#touch(node.array, 'sort', node);
        }
        eachChild(node, (child) => this.#visit(child));
        this.#loops--;
        return;
      case 'for':
        if (node.init) this.#discarded(node.init);
        this.#loops++;
        if (node.condition) this.#visit(node.condition);
        this.#visit(node.body);
        if (node.step) this.#discarded(node.step);
        this.#loops--;
        return;
      case 'expr-statement':
        this.#discarded(node.expr);
        return;
      case 'assign':
        this.#assign(node.target, node.value, node.op === '=', node.op === '<<<', node);
        return;
      case 'inc-dec':
        this.#assign(node.target, undefined, false, false, node);
        return;
      case 'delete':
        this.#store(node.target, 'write', node);
        return;
      case 'identifier':
        this.#touch(node, 'read', node);
        return;
      case 'at-op':
        if (node.op !== 'entry') break;
        this.#entry(node);
        return;
      case 'call':
        for (const fn of overloadsOf(node, this.#symbols, this.#elided)) this.#call(fn, node);
        break;
      case 'embedded-c':
      case 'embedded-c-expr':
        this.#code(node.code, node);
        return;
      default:
        break;
    }
    eachChild(node, (child) => this.#visit(child));
  }

  #entry(node: AtOp): void {
    const handler = this.#into;
    this.#into = this.#atEntry;
    eachChild(node, (child) => this.#visit(child));
    this.#into = handler;
  }

  /** A value that nobody uses: adding to a counter need not know its value. */
  #discarded(expr: Expr): void {
    if (this.#elided.has(expr)) return;
    if (expr.kind === 'assign' && (expr.op === '+=' || expr.op === '-=')) {
      this.#store(expr.target, 'accumulate', expr);
      this.#visit(expr.value);
    } else if (expr.kind === 'inc-dec') this.#store(expr.target, 'accumulate', expr);
    else this.#visit(expr);
  }

  #assign(target: Expr, value: Expr | undefined, plain: boolean, sample: boolean, node: Node): void {
    if (value !== undefined) this.#visit(value);
    if (this.#elided.has(target)) return;
    this.#store(target, sample ? 'accumulate' : 'write', node);
    if (!plain && !sample) this.#store(target, 'read', node);
  }

  /** A use of a variable or of an element; the keys are read. */
  #store(target: Expr, mode: Mode, node: Node): void {
    if (this.#elided.has(target)) return;
    if (target.kind === 'index' && target.base.kind === 'identifier') {
      this.#touch(target.base, mode, node, storing(node, target.keys.length));
      for (const key of target.keys) if (key) this.#visit(key);
    } else if (target.kind === 'identifier') this.#touch(target, mode, node, storing(node, 0));
    else this.#visit(target);
  }

  #foreachTargets(targets: readonly (Identifier | undefined)[]): void {
    for (const t of targets) if (t !== undefined && !this.#elided.has(t)) this.#touch(t, 'write', t);
  }

  #touch(name: Identifier, mode: Mode, node: Node, stored?: Access['stored']): void {
    const resolved = this.#symbols.get(name);
    if (resolved?.kind === 'global') this.#add(resolved.global, mode, node, stored);
  }

  #add(global: ProgramGlobal, mode: Mode, node: Node, stored?: Access['stored']): void {
    let access = this.#into.get(global);
    if (access === undefined) {
      access = {
        read: undefined,
        write: undefined,
        accumulate: undefined,
        sort: undefined,
        adds: 0,
        addsInCalls: false,
        stored: undefined,
      };
      this.#into.set(global, access);
    }
    access[mode] ??= node;
    access.stored ??= stored;
    if (mode === 'accumulate') access.adds = access.adds === 0 && this.#loops === 0 ? 1 : 2;
  }

  #call(fn: ProgramFunction, node: Node): void {
    const inner = this.#functions.get(fn);
    if (inner === undefined || inner === this.#into) return;
    for (const [global, access] of inner) {
      if (access.read) this.#add(global, 'read', node);
      if (access.write) this.#add(global, 'write', node, access.stored);
      if (access.sort) this.#add(global, 'sort', node);
      if (access.accumulate) {
        this.#add(global, 'accumulate', node, access.stored);
        const own = this.#into.get(global);
        if (own === undefined) continue;
        own.addsInCalls = true;
        if (access.adds === 2) own.adds = 2;
      }
    }
  }

  #code(code: string, node: Node): void {
    const named = globalsOf(code);
    for (const name of named.read) this.#named(name, 'read', node);
    for (const name of named.write) this.#named(name, 'write', node);
  }

  #named(name: string, mode: Mode, node: Node): void {
    const global = this.#byName.get(name);
    if (global !== undefined) this.#add(global, mode, node);
  }
}

function storing(node: Node, keys: number): Access['stored'] {
  if (node.kind === 'delete') return undefined;
  return { keys, samples: node.kind === 'assign' && node.op === '<<<' };
}

type Mode = 'read' | 'write' | 'accumulate' | 'sort';
