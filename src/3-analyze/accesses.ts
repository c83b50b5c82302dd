/** What each unit does with globals, through the functions it calls. */
import type { Assign, AtOp, Expr, Identifier } from '../1-parse/ast.ts';
import type { ProgramFunction, ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import { additionOf } from './additions.ts';
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
  /** Where an addition, or a step such as `n++`, also needs the value. */
  step: Node | undefined;
  /** How often a run may use it, in whatever way; a step is one use. */
  uses: Count;
  /** How often a run may change it. */
  changes: Count;
  /** A function that is called uses it. */
  inCalls: boolean;
  /** Embedded C uses it. */
  inC: boolean;
  /** How it is stored: samples make a statistic, keys an array. Undefined where only C or `delete` does. */
  stored: { readonly keys: number; readonly samples: boolean } | undefined;
}

/** 2 stands for many. */
export type Count = 0 | 1 | 2;

export type Accesses = ReadonlyMap<ProgramGlobal, Access>;

export interface AccessTable {
  of(unit: Unit): Accesses;
  /** What `@entry(…)` does when the function is entered: that is a run of its own. */
  atEntry(unit: Unit): Accesses;
  /** What a handler would do without some of its parts. */
  without(unit: Unit, parts: Elided): Accesses;
}

export function collectAccesses(
  units: readonly Unit[],
  globals: readonly ProgramGlobal[],
  graph: CallGraph,
  symbols: Symbols,
  elided: Elided,
): AccessTable {
  const byName = new Map<string, ProgramGlobal[]>();
  for (const global of globals) {
    const { name } = global.variable;
    byName.set(name, [...(byName.get(name) ?? []), global]);
  }
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
      for (const access of together.values()) {
        access.uses = 2;
        if (access.changes > 0) access.changes = 2;
      }
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
  return {
    of: (unit) => table.get(unit) ?? none,
    atEntry: (unit) => entries.get(unit) ?? none,
    without: (unit, parts) => {
      const own = new Map<ProgramGlobal, Access>();
      const left: Elided = { has: (node) => parts.has(node) || elided.has(node) };
      new Collector(own, functions, byName, symbols, left, new Map()).unit(unit);
      return own;
    },
  };
}

class Collector {
  #into: Map<ProgramGlobal, Access>;
  readonly #atEntry: Map<ProgramGlobal, Access>;
  readonly #functions: ReadonlyMap<ProgramFunction, ReadonlyMap<ProgramGlobal, Access>>;
  readonly #byName: ReadonlyMap<string, readonly ProgramGlobal[]>;
  readonly #symbols: Symbols;
  readonly #elided: Elided;
  #loops = 0;

  constructor(
    into: Map<ProgramGlobal, Access>,
    functions: ReadonlyMap<ProgramFunction, ReadonlyMap<ProgramGlobal, Access>>,
    byName: ReadonlyMap<string, readonly ProgramGlobal[]>,
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
      case 'if':
      case 'ternary':
        this.#visit(node.condition);
        this.#either(node.then, node.else);
        return;
      case 'try':
        this.#visit(node.body);
        if (node.name !== undefined && !this.#elided.has(node.name))
          this.#touch(node.name, 'write', node.name);
        this.#visit(node.handler);
        return;
      case 'assign':
        this.#assign(node);
        return;
      case 'inc-dec':
        this.#store(node.target, 'step', node);
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

  /** One of two runs: what counts is the one that does more. */
  #either(then: Node, otherwise: Node | undefined): void {
    const before = countsOf(this.#into);
    this.#visit(then);
    if (otherwise === undefined) return;
    const first = countsOf(this.#into);
    for (const [global, access] of this.#into) Object.assign(access, before.get(global) ?? NEVER);
    this.#visit(otherwise);
    for (const [global, access] of this.#into) {
      const other = first.get(global) ?? NEVER;
      access.uses = most(access.uses, other.uses);
      access.changes = most(access.changes, other.changes);
    }
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
    else if (expr.kind === 'assign' && additionOf(expr) !== undefined) {
      this.#store(expr.target, 'accumulate', expr);
      this.#visit(additionOf(expr)?.amount ?? expr.value);
    } else if (expr.kind === 'binary' && (expr.op === '&&' || expr.op === '||')) {
      this.#visit(expr.left);
      this.#discarded(expr.right);
    } else this.#visit(expr);
  }

  #assign(node: Assign): void {
    this.#visit(node.value);
    if (node.op === '=') this.#store(node.target, 'write', node);
    else if (node.op === '<<<') this.#store(node.target, 'accumulate', node);
    else if (node.op === '+=' || node.op === '-=') this.#store(node.target, 'step', node);
    else this.#store(node.target, 'update', node);
  }

  /** A use of a variable or of an element; the keys are read. */
  #store(target: Expr, mode: Use, node: Node): void {
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

  #touch(name: Identifier, use: Use, node: Node, stored?: Access['stored']): void {
    const resolved = this.#symbols.get(name);
    if (resolved?.kind !== 'global') return;
    const access = this.#accessOf(resolved.global);
    for (const mode of MODES[use]) access[mode] ??= node;
    access.stored ??= stored;
    // The entries' order is no use of its own.
    if (use === 'sort') return;
    const count: Count = this.#loops === 0 ? 1 : 2;
    access.uses = sum(access.uses, count);
    if (use !== 'read') access.changes = sum(access.changes, count);
  }

  #accessOf(global: ProgramGlobal): Access {
    let access = this.#into.get(global);
    if (access === undefined) {
      access = {
        read: undefined,
        write: undefined,
        accumulate: undefined,
        step: undefined,
        sort: undefined,
        uses: 0,
        changes: 0,
        inCalls: false,
        inC: false,
        stored: undefined,
      };
      this.#into.set(global, access);
    }
    return access;
  }

  #call(fn: ProgramFunction, node: Node): void {
    const inner = this.#functions.get(fn);
    if (inner === undefined || inner === this.#into) return;
    for (const [global, of] of inner) {
      const access = this.#accessOf(global);
      for (const mode of ALL_MODES) if (of[mode]) access[mode] ??= node;
      access.stored ??= of.stored;
      access.inC ||= of.inC;
      access.inCalls = true;
      const times = this.#loops === 0 ? 1 : 2;
      access.uses = sum(access.uses, many(of.uses, times));
      access.changes = sum(access.changes, many(of.changes, times));
    }
  }

  #code(code: string, node: Node): void {
    const named = globalsOf(code);
    for (const name of named.read) this.#named(name, 'read', node);
    for (const name of named.write) this.#named(name, 'write', node);
  }

  /** A global that C names: that of its own file, where several files have one of this name. */
  #named(name: string, mode: 'read' | 'write', node: Node): void {
    const all = this.#byName.get(name) ?? [];
    const global = all.find((g) => g.variable.span.file === node.span.file) ?? all[0];
    if (global === undefined) return;
    const access = this.#accessOf(global);
    access[mode] ??= node;
    // C may use it as often as it likes.
    access.inC = true;
    access.uses = 2;
    if (mode === 'write') access.changes = 2;
  }
}

function storing(node: Node, keys: number): Access['stored'] {
  if (node.kind === 'delete') return undefined;
  return { keys, samples: node.kind === 'assign' && node.op === '<<<' };
}

type Mode = 'read' | 'write' | 'accumulate' | 'step' | 'sort';

const ALL_MODES: readonly Mode[] = ['read', 'write', 'accumulate', 'step', 'sort'];

/** `update`: a change that needs the value, other than adding to it. */
type Use = Mode | 'update';

const MODES: Readonly<Record<Use, readonly Mode[]>> = {
  read: ['read'],
  write: ['write'],
  accumulate: ['accumulate'],
  step: ['step', 'read', 'write'],
  sort: ['sort'],
  update: ['read', 'write'],
};

type Counts = Pick<Access, 'uses' | 'changes'>;

const NEVER: Counts = { uses: 0, changes: 0 };

function countsOf(accesses: ReadonlyMap<ProgramGlobal, Access>): ReadonlyMap<ProgramGlobal, Counts> {
  return new Map([...accesses].map(([global, { uses, changes }]) => [global, { uses, changes }]));
}

function sum(a: Count, b: Count): Count {
  return a === 0 ? b : b === 0 ? a : 2;
}

function most(a: Count, b: Count): Count {
  return a > b ? a : b;
}

function many(count: Count, times: 1 | 2): Count {
  return count === 0 ? 0 : times === 2 ? 2 : count;
}
