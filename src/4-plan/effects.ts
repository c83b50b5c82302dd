/**
 * What evaluating an expression changes. Operands whose value a later operand could change are kept in temporaries;
 * all others stay where they stand, so that the C reads like the script.
 */
import type { Expr, Statement } from '../1-parse/ast.ts';
import { type AnyNode, walk } from '../1-parse/walk.ts';
import type { ProgramFunction, Symbols } from '../2-resolve/program.ts';

export interface Effects {
  /** Local variables that may be assigned. */
  readonly locals: ReadonlySet<string>;
  /** Whether a global may change, something is printed, or the world is otherwise not as before. */
  readonly state: boolean;
}

/** What the value of an expression depends on. */
export interface Reads {
  readonly locals: ReadonlySet<string>;
  readonly state: boolean;
}

const EMPTY: ReadonlySet<string> = new Set();
export const NO_READS: Reads = { locals: EMPTY, state: false };
export const READS_STATE: Reads = { locals: EMPTY, state: true };

export function readsLocal(name: string): Reads {
  return { locals: new Set([name]), state: false };
}

export function bothReads(a: Reads, b: Reads): Reads {
  if (a.locals.size === 0 && !a.state) return b;
  if (b.locals.size === 0 && !b.state) return a;
  return { locals: new Set([...a.locals, ...b.locals]), state: a.state || b.state };
}

export function disturbs(effects: Effects, reads: Reads): boolean {
  if (effects.state && reads.state) return true;
  for (const local of effects.locals) if (reads.locals.has(local)) return true;
  return false;
}

/** Effects of trees, remembered per function of the script. */
export class EffectTable {
  readonly #symbols: Symbols;
  readonly #functions = new Map<ProgramFunction, boolean>();

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
  }

  of(node: Expr | Statement): Effects {
    const locals = new Set<string>();
    let state = false;
    walk(node, (n) => {
      if (isTree(n, 'assign') || isTree(n, 'inc-dec')) {
        const local = this.#localTarget(n.target);
        if (local === undefined) state = true;
        else locals.add(local);
      } else if (this.#changesState(n)) state = true;
      return undefined;
    });
    return { locals, state };
  }

  /** Whether a call of `fn` can change anything that the caller could see. */
  isPure(fn: ProgramFunction): boolean {
    const known = this.#functions.get(fn);
    if (known !== undefined) return known;
    // A cycle of calls does not add effects of its own.
    this.#functions.set(fn, true);
    const { body } = fn.item;
    const pure = body.kind === 'embedded-c' ? /\/\*\s*pure\s*\*\//.test(body.code) : !this.of(body).state;
    this.#functions.set(fn, pure);
    return pure;
  }

  #localTarget(target: Expr): string | undefined {
    if (target.kind !== 'identifier') return undefined;
    const resolved = this.#symbols.get(target);
    return resolved?.kind === 'local' ? resolved.name : undefined;
  }

  #changesState(n: AnyNode): boolean {
    if (n.kind === 'embedded-c') return true;
    if (isTree(n, 'embedded-c-expr')) return !/\/\*\s*pure\s*\*\//.test(n.code);
    // A `catch` would take an error away that is still to be looked at.
    if (n.kind === 'delete' || n.kind === 'try') return true;
    // What `matched()` gives is that of the last match.
    if (n.kind === 'regex-match') return true;
    if (isTree(n, 'at-op')) return n.op === 'probewrite';
    if (!isTree(n, 'call')) return false;
    const resolved = this.#symbols.get(n);
    if (resolved?.kind === 'function') return resolved.overloads.some((f) => !this.isPure(f));
    // Of what the language itself has, sprint and its kin only make a string.
    return !n.name.startsWith('sprint');
  }
}

type Tree = Expr | Statement;

/** Narrows a node of the walk to the one kind of tree that has this name. */
export function isTree<K extends Tree['kind']>(node: AnyNode, kind: K): node is Extract<Tree, { kind: K }> {
  return node.kind === kind;
}
