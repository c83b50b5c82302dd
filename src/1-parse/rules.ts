/** The rules that ohm read from script.ohm, as data to match tokens by. */
import { type Apply, type Grammar, type PExpr, pexprs } from 'ohm-js';

/** Whether an expression can begin with a kind of token: at the place of the kind's code, BEGINS where it can. */
export type Beginnings = string;
export const BEGINS = '+';

export type Expr =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'seq'; readonly factors: readonly Expr[] }
  | { readonly kind: 'alt'; readonly terms: readonly Guarded[] }
  | { readonly kind: 'repeat'; readonly of: Guarded; readonly least: 0 | 1; readonly most: number }
  | { readonly kind: 'not'; readonly of: Expr }
  | { readonly kind: 'lookahead'; readonly of: Expr }
  | { readonly kind: 'apply'; readonly rule: number };

/** An expression that need not be tried where it cannot begin. */
export interface Guarded {
  readonly expr: Expr;
  /** Undefined where it may match without a token. */
  readonly begins: Beginnings | undefined;
  /** How many nodes it gives. */
  readonly arity: number;
}

export interface Rule {
  readonly name: string;
  readonly body: Expr;
}

export interface Rules {
  readonly list: readonly Rule[];
  /** The place of a rule in the list. Throws where there is no such rule. */
  indexOf(name: string): number;
}

/** Throws on what script.ohm has no use of: parameters, left recursion, rules of another grammar. */
export function readRules({ rules }: Grammar): Rules {
  const bodies = new Map(Object.entries(rules).map(([name, { body }]) => [name, body]));
  const names = [...bodies.keys()];
  const indexOf = placesOf(names);
  const reader = new Reader(bodies, indexOf);
  return { list: [...bodies].map(([name, body]) => ({ name, body: reader.read(body) })), indexOf };
}

function placesOf(names: readonly string[]): Rules['indexOf'] {
  const places = new Map(names.map((name, i) => [name, i]));
  return (name) => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`script.ohm: no rule ${name}`);
    return place;
  };
}

interface Begin {
  readonly kinds: ReadonlySet<number>;
  /** Whether it may match without a token. */
  readonly empty: boolean;
}

class Reader {
  readonly #bodies: ReadonlyMap<string, PExpr>;
  readonly #indexOf: (name: string) => number;
  readonly #begins = new Map<string, Begin | undefined>();

  constructor(bodies: ReadonlyMap<string, PExpr>, indexOf: (name: string) => number) {
    this.#bodies = bodies;
    this.#indexOf = indexOf;
  }

  read(expr: PExpr): Expr {
    const range = rangeOf(expr);
    if (range !== undefined) return { kind: 'range', ...range };
    if (expr instanceof pexprs.Seq) return { kind: 'seq', factors: expr.factors.map((f) => this.read(f)) };
    if (expr instanceof pexprs.Alt) return { kind: 'alt', terms: expr.terms.map((t) => this.#guarded(t)) };
    if (expr instanceof pexprs.Iter) {
      const least = expr instanceof pexprs.Plus ? 1 : 0;
      const most = expr instanceof pexprs.Opt ? 1 : Number.POSITIVE_INFINITY;
      return { kind: 'repeat', of: this.#guarded(expr.expr), least, most };
    }
    if (expr instanceof pexprs.Not) return { kind: 'not', of: this.read(expr.expr) };
    if (expr instanceof pexprs.Lookahead) return { kind: 'lookahead', of: this.read(expr.expr) };
    if (expr instanceof pexprs.Apply) return { kind: 'apply', rule: this.#indexOf(nameOf(expr)) };
    throw unreadable(expr);
  }

  #guarded(expr: PExpr): Guarded {
    const { kinds, empty } = this.#begin(expr);
    return { expr: this.read(expr), begins: empty ? undefined : beginnings(kinds), arity: expr.getArity() };
  }

  #begin(expr: PExpr): Begin {
    const range = rangeOf(expr);
    if (range !== undefined) {
      const { from, to } = range;
      return { kinds: new Set(Array.from({ length: to - from + 1 }, (_, i) => from + i)), empty: false };
    }
    if (expr instanceof pexprs.Seq) return this.#beginOfAll(expr.factors);
    if (expr instanceof pexprs.Alt) {
      const begins = expr.terms.map((term) => this.#begin(term));
      return {
        kinds: new Set(begins.flatMap((begin) => [...begin.kinds])),
        empty: begins.some((begin) => begin.empty),
      };
    }
    if (expr instanceof pexprs.Plus) return this.#begin(expr.expr);
    if (expr instanceof pexprs.Iter) return { kinds: this.#begin(expr.expr).kinds, empty: true };
    if (expr instanceof pexprs.Not || expr instanceof pexprs.Lookahead)
      return { kinds: new Set(), empty: true };
    if (expr instanceof pexprs.Apply) return this.#beginOfRule(nameOf(expr));
    throw unreadable(expr);
  }

  #beginOfAll(factors: readonly PExpr[]): Begin {
    const kinds = new Set<number>();
    for (const factor of factors) {
      const begin = this.#begin(factor);
      for (const code of begin.kinds) kinds.add(code);
      if (!begin.empty) return { kinds, empty: false };
    }
    return { kinds, empty: true };
  }

  #beginOfRule(name: string): Begin {
    const known = this.#begins.get(name);
    if (known !== undefined) return known;
    const body = this.#bodies.get(name);
    if (body === undefined) throw new Error(`script.ohm: no rule ${name}`);
    if (this.#begins.has(name)) throw new Error(`script.ohm: ${name} begins with itself`);
    this.#begins.set(name, undefined);
    const made = this.#begin(body);
    this.#begins.set(name, made);
    return made;
  }
}

function beginnings(kinds: ReadonlySet<number>): Beginnings {
  const length = Math.max(...kinds) + 1;
  return Array.from({ length }, (_, code) => (kinds.has(code) ? BEGINS : ' ')).join('');
}

/** The kinds of token that an expression is, where it is one token. */
function rangeOf(expr: PExpr): { readonly from: number; readonly to: number } | undefined {
  if (expr instanceof pexprs.Terminal) return { from: codeOf(expr.obj), to: codeOf(expr.obj) };
  if (expr instanceof pexprs.Range) return { from: codeOf(expr.from), to: codeOf(expr.to) };
  return undefined;
}

/** A kind of token is one character. */
function codeOf(kind: string): number {
  if (kind.length !== 1) throw new Error('script.ohm: a terminal is one token');
  return kind.charCodeAt(0);
}

function nameOf(application: Apply): string {
  if (application.args.length > 0) throw unreadable(application);
  return application.ruleName;
}

function unreadable(expr: PExpr): Error {
  return new Error(`script.ohm: unexpected ${expr.toString()}`);
}
