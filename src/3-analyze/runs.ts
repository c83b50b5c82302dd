/** How often a run may print, and whether it may fail. */
import type { AtOp, Call, Expr } from '../1-parse/ast.ts';
import type { ProgramFunction, ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import { type CallGraph, overloadsOf } from './calls.ts';
import { constantValue, type Known } from './constants.ts';
import { printerNamed } from './formats/names.ts';
import { rootsOf, type Unit } from './units.ts';
import { eachChild, type Node } from './walk.ts';

export type Prints = 'none' | 'one' | 'many';

export interface Run {
  readonly prints: Prints;
  readonly canFail: boolean;
}

export interface RunInput {
  readonly graph: CallGraph;
  readonly symbols: Symbols;
  readonly known: Known;
  /** True where a read of kernel memory is behind the expression. */
  readonly loads: (expr: Expr) => boolean;
}

/** What may raise a run-time error. */
const FAILING: ReadonlySet<AtOp['op']> = new Set([
  'kderef',
  'uderef',
  'kregister',
  'uregister',
  'probewrite',
]);

/** For every unit; functions are read before their callers. */
export function summarizeRuns(units: readonly Unit[], input: RunInput): ReadonlyMap<Unit, Run> {
  const runs = new Map<Unit, Run>();
  const functions = new Map<ProgramFunction, Run>();
  const unitOf = new Map(units.flatMap((u) => (u.kind === 'function' ? [[u.fn, u] as const] : [])));
  const summarize = (unit: Unit): Run => {
    const summary = new Summary(input, functions);
    let prints = 0;
    for (const root of rootsOf(unit)) prints = add(prints, summary.prints(root));
    return { prints: named(prints), canFail: rootsOf(unit).some((root) => summary.canFail(root)) };
  };
  for (const group of input.graph.groups) {
    // A cycle of calls may run out of nesting; it prints many times if any of it prints at all.
    const [only] = group;
    const cyclic = only !== undefined && input.graph.recursive.has(only);
    if (cyclic) for (const fn of group) functions.set(fn, { prints: 'none', canFail: true });
    const own = group.flatMap((fn): [ProgramFunction, Unit, Run][] => {
      const unit = unitOf.get(fn);
      return unit === undefined ? [] : [[fn, unit, summarize(unit)]];
    });
    const quiet = own.every(([, , run]) => run.prints === 'none');
    for (const [fn, unit, run] of own) {
      const whole: Run = cyclic ? { prints: quiet ? 'none' : 'many', canFail: true } : run;
      functions.set(fn, whole);
      runs.set(unit, whole);
    }
  }
  for (const unit of units) if (unit.kind === 'probe') runs.set(unit, summarize(unit));
  return runs;
}

/** 2 stands for many. */
function add(a: number, b: number): number {
  return Math.min(2, a + b);
}

function named(count: number): Prints {
  return count === 0 ? 'none' : count === 1 ? 'one' : 'many';
}

class Summary {
  readonly #input: RunInput;
  readonly #functions: ReadonlyMap<ProgramFunction, Run>;

  constructor(input: RunInput, functions: ReadonlyMap<ProgramFunction, Run>) {
    this.#input = input;
    this.#functions = functions;
  }

  prints(node: Node): number {
    if (this.#input.known.elided.has(node)) return 0;
    switch (node.kind) {
      case 'if':
        return add(
          this.prints(node.condition),
          Math.max(this.prints(node.then), node.else ? this.prints(node.else) : 0),
        );
      case 'ternary':
        return add(this.prints(node.condition), Math.max(this.prints(node.then), this.prints(node.else)));
      case 'while':
      case 'for':
      case 'foreach':
        return this.#sum(node) > 0 ? 2 : 0;
      case 'call':
        return add(this.#sum(node), this.#calls(node));
      case 'embedded-c':
      case 'embedded-c-expr':
        return codePrints(node.code) ? 2 : 0;
      default:
        return this.#sum(node);
    }
  }

  #sum(node: Node): number {
    let count = 0;
    eachChild(node, (child) => {
      count = add(count, this.prints(child));
    });
    return count;
  }

  #calls(call: Call): number {
    if (this.#input.symbols.get(call)?.kind === 'builtin')
      return printerNamed(call.name)?.to === 'stream' ? 1 : 0;
    return this.#overloads(call).reduce((count, run) => {
      return add(count, run.prints === 'none' ? 0 : run.prints === 'one' ? 1 : 2);
    }, 0);
  }

  #overloads(call: Call): Run[] {
    const { symbols, known } = this.#input;
    return overloadsOf(call, symbols, known.elided).map((fn) => {
      return this.#functions.get(fn) ?? { prints: 'many', canFail: true };
    });
  }

  canFail(node: Node): boolean {
    if (this.#input.known.elided.has(node)) return false;
    if (node.kind === 'try') return this.canFail(node.handler);
    if (this.#fails(node)) return true;
    let any = false;
    eachChild(node, (child) => {
      any ||= this.canFail(child);
    });
    return any;
  }

  #fails(node: Node): boolean {
    switch (node.kind) {
      case 'while':
      case 'for':
      case 'foreach':
        return true;
      case 'binary':
        return (node.op === '/' || node.op === '%') && this.#mayBeZero(node.right);
      case 'assign':
        return (
          ((node.op === '/=' || node.op === '%=') && this.#mayBeZero(node.value)) || this.#grows(node.target)
        );
      case 'inc-dec':
        return this.#grows(node.target);
      case 'index':
        return node.base.kind === 'stat-op';
      case 'stat-op':
        return node.op !== 'count' && node.op !== 'sum';
      case 'target':
      case 'cast':
      case 'at-var':
      case 'autocast':
        return this.#input.loads(node);
      case 'at-op':
        return FAILING.has(node.op);
      case 'call': {
        if (this.#input.symbols.get(node)?.kind === 'builtin') return false;
        return this.#overloads(node).some((run) => run.canFail) || this.#mayRunOut(node);
      }
      case 'embedded-c':
      case 'embedded-c-expr':
        return codeFails(node.code);
      default:
        return false;
    }
  }

  /** The last overload may pass on to nobody. */
  #mayRunOut(call: Call): boolean {
    const { symbols, known } = this.#input;
    const overloads = overloadsOf(call, symbols, known.elided);
    return overloads.length > 1;
  }

  #mayBeZero(divisor: Expr): boolean {
    const value = constantValue(divisor, this.#input.known);
    return typeof value !== 'bigint' || value === 0n;
  }

  /** Storing into an array that does not wrap may find it full. */
  #grows(target: Expr): boolean {
    if (target.kind !== 'index') return target.kind !== 'identifier';
    return !this.#globalOf(target.base)?.variable.wrap;
  }

  #globalOf(node: object): ProgramGlobal | undefined {
    const resolved = this.#input.symbols.get(node);
    return resolved?.kind === 'global' ? resolved.global : undefined;
  }
}

/** Embedded C that names one of these may raise a run-time error. */
function codeFails(code: string): boolean {
  return /\bSTAP_ERROR\b|\bSTAP_NEXT\b|\bhit\b|\bCONTEXT\b|_deref|DEREF|STAP_GLOBAL_SET|\b[ku](?:read|write|deref)\b|\bstore_kderef\b/.test(
    code,
  );
}

function codePrints(code: string): boolean {
  return /\bSTAP_PRINTF\b|\btapc_(print|stage|add)_|_stp_print/.test(code);
}
