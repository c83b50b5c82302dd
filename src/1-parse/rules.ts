/** The rules that ohm read from script.ohm, as data to match tokens by. */
import type { Grammar } from 'ohm-js';

/** What a kind of token has to be for an expression to match it first, by the kind's code. */
export type Beginnings = readonly (true | undefined)[];

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
export function readRules(grammar: Grammar): Rules {
  const bodies = ruleBodies(JSON.parse(grammar.toRecipe()));
  const names = [...bodies.keys()];
  const places = new Map(names.map((name, i) => [name, i]));
  const indexOf = (name: string): number => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`script.ohm: no rule ${name}`);
    return place;
  };
  const reader = new Reader(bodies, indexOf);
  return { list: names.map((name) => ({ name, body: reader.read(bodies.get(name)) })), indexOf };
}

/** The part of a recipe that holds the rules: `{ name: ["define", {}, description, parameters, body] }`. */
function ruleBodies(recipe: unknown): ReadonlyMap<string, unknown> {
  const rules = parts(recipe).at(-1);
  if (typeof rules !== 'object' || rules === null) throw unreadable(recipe);
  return new Map(Object.entries(rules).map(([name, rule]) => [name, parts(rule)[4]]));
}

interface Begin {
  readonly kinds: ReadonlySet<number>;
  /** Whether it may match without a token. */
  readonly empty: boolean;
}

class Reader {
  readonly #bodies: ReadonlyMap<string, unknown>;
  readonly #indexOf: (name: string) => number;
  readonly #begins = new Map<string, Begin | undefined>();

  constructor(bodies: ReadonlyMap<string, unknown>, indexOf: (name: string) => number) {
    this.#bodies = bodies;
    this.#indexOf = indexOf;
  }

  read(recipe: unknown): Expr {
    const [kind, , ...rest] = parts(recipe);
    const [first, second] = rest;
    switch (kind) {
      case 'terminal':
        return { kind: 'range', from: codeOf(first), to: codeOf(first) };
      case 'range':
        return { kind: 'range', from: codeOf(first), to: codeOf(second) };
      case 'seq':
        return { kind: 'seq', factors: rest.map((factor) => this.read(factor)) };
      case 'alt':
        return { kind: 'alt', terms: rest.map((term) => this.#guarded(term)) };
      case 'opt':
        return { kind: 'repeat', of: this.#guarded(first), least: 0, most: 1 };
      case 'star':
        return { kind: 'repeat', of: this.#guarded(first), least: 0, most: Number.POSITIVE_INFINITY };
      case 'plus':
        return { kind: 'repeat', of: this.#guarded(first), least: 1, most: Number.POSITIVE_INFINITY };
      case 'not':
        return { kind: 'not', of: this.read(first) };
      case 'lookahead':
        return { kind: 'lookahead', of: this.read(first) };
      case 'app':
        return { kind: 'apply', rule: this.#indexOf(nameOf(recipe)) };
      default:
        throw unreadable(recipe);
    }
  }

  #guarded(recipe: unknown): Guarded {
    const { kinds, empty } = this.#begin(recipe);
    const begins: (true | undefined)[] = [];
    for (const code of kinds) begins[code] = true;
    return { expr: this.read(recipe), begins: empty ? undefined : begins, arity: arityOf(recipe) };
  }

  #begin(recipe: unknown): Begin {
    const [kind, , ...rest] = parts(recipe);
    switch (kind) {
      case 'terminal':
      case 'range': {
        const [from, to] = [codeOf(rest[0]), codeOf(rest.at(-1))];
        return { kinds: new Set(Array.from({ length: to - from + 1 }, (_, i) => from + i)), empty: false };
      }
      case 'seq': {
        const kinds = new Set<number>();
        for (const factor of rest) {
          const begin = this.#begin(factor);
          for (const code of begin.kinds) kinds.add(code);
          if (!begin.empty) return { kinds, empty: false };
        }
        return { kinds, empty: true };
      }
      case 'alt': {
        const begins = rest.map((term) => this.#begin(term));
        return {
          kinds: new Set(begins.flatMap((begin) => [...begin.kinds])),
          empty: begins.some((begin) => begin.empty),
        };
      }
      case 'opt':
      case 'star':
        return { kinds: this.#begin(rest[0]).kinds, empty: true };
      case 'plus':
        return this.#begin(rest[0]);
      case 'not':
      case 'lookahead':
        return { kinds: new Set(), empty: true };
      case 'app':
        return this.#beginOfRule(nameOf(recipe));
      default:
        throw unreadable(recipe);
    }
  }

  #beginOfRule(name: string): Begin {
    const known = this.#begins.get(name);
    if (known !== undefined) return known;
    if (this.#begins.has(name)) throw new Error(`script.ohm: ${name} begins with itself`);
    this.#begins.set(name, undefined);
    const made = this.#begin(this.#bodies.get(name));
    this.#begins.set(name, made);
    return made;
  }
}

/** How many nodes a match gives; alternatives give as many each, ohm has seen to that. */
function arityOf(recipe: unknown): number {
  const [kind, , ...rest] = parts(recipe);
  switch (kind) {
    case 'seq':
      return rest.reduce<number>((sum, factor) => sum + arityOf(factor), 0);
    case 'alt':
    case 'opt':
    case 'star':
    case 'plus':
    case 'lookahead':
      return arityOf(rest[0]);
    case 'not':
      return 0;
    default:
      return 1;
  }
}

/** A kind of token is one character. */
function codeOf(kind: unknown): number {
  if (typeof kind !== 'string' || kind.length !== 1) throw new Error('script.ohm: a terminal is one token');
  return kind.charCodeAt(0);
}

function nameOf(application: unknown): string {
  const [, , name, parameters] = parts(application);
  if (typeof name !== 'string' || parts(parameters).length > 0) throw unreadable(application);
  return name;
}

function parts(recipe: unknown): readonly unknown[] {
  if (!Array.isArray(recipe)) throw unreadable(recipe);
  return recipe;
}

function unreadable(recipe: unknown): Error {
  return new Error(`script.ohm: unexpected ${JSON.stringify(recipe)?.slice(0, 80)}`);
}
