/**
 * Matches tokens by the rules of script.ohm. Takes a tenth of the time and memory of ohm's own matcher, which keeps what
 * it needs to say where a match failed and why; that one is asked when this one found no match.
 */
import { Cst } from './cst.ts';
import { BEGINS, type Expr, type Guarded, type Rules } from './rules.ts';

/** The tree of the whole text, or undefined when it is none of the rule. `kinds`: one character a token. */
export function match(rules: Rules, kinds: string, rule: string): Cst | undefined {
  const found: Cst[] = [];
  const end = new Matcher(rules, kinds).match({ kind: 'apply', rule: rules.indexOf(rule) }, 0, found);
  return end === kinds.length ? found[0] : undefined;
}

const FAILED = -1;

class Matcher {
  readonly #rules: Rules['list'];
  readonly #kinds: string;
  /** Rules by places where they failed: they are not tried there again, so that no mistake takes long to find. */
  readonly #failed = new Set<number>();

  constructor({ list }: Rules, kinds: string) {
    this.#rules = list;
    this.#kinds = kinds;
  }

  /** The place behind the match, or FAILED. Adds the match's nodes to `found`; after a failure some may have been added. */
  match(expr: Expr, at: number, found: Cst[]): number {
    switch (expr.kind) {
      case 'range': {
        const code = this.#kinds.charCodeAt(at);
        if (!(code >= expr.from && code <= expr.to)) return FAILED;
        found.push(new Cst('', at, at + 1, []));
        return at + 1;
      }
      case 'seq': {
        let end = at;
        for (const factor of expr.factors) {
          end = this.match(factor, end, found);
          if (end === FAILED) return FAILED;
        }
        return end;
      }
      case 'alt': {
        const before = found.length;
        for (const term of expr.terms) {
          if (!this.#canBegin(term, at)) continue;
          const end = this.match(term.expr, at, found);
          if (end !== FAILED) return end;
          found.length = before;
        }
        return FAILED;
      }
      case 'repeat':
        return this.#repeat(expr, at, found);
      case 'not':
        return this.match(expr.of, at, []) === FAILED ? at : FAILED;
      case 'lookahead':
        return this.match(expr.of, at, found) === FAILED ? FAILED : at;
      case 'apply': {
        const key = at * this.#rules.length + expr.rule;
        const rule = this.#rules[expr.rule];
        if (rule === undefined || this.#failed.has(key)) return FAILED;
        const children: Cst[] = [];
        const end = this.match(rule.body, at, children);
        if (end === FAILED) this.#failed.add(key);
        else found.push(new Cst(rule.name, at, end, children));
        return end;
      }
    }
  }

  /** Gives one node for each node of what is repeated, with those of all turns as its children. */
  #repeat({ of, least, most }: Extract<Expr, { kind: 'repeat' }>, at: number, found: Cst[]): number {
    const columns: Cst[][] = [];
    while (columns.length < of.arity) columns.push([]);
    const row: Cst[] = [];
    let end = at;
    let count = 0;
    for (; count < most && this.#canBegin(of, end); count++) {
      row.length = 0;
      const next = this.match(of.expr, end, row);
      if (next === FAILED) break;
      end = next;
      let column = 0;
      for (const node of row) columns[column++]?.push(node);
    }
    if (count < least) return FAILED;
    for (const column of columns) found.push(new Cst('', at, end, column));
    return end;
  }

  #canBegin({ begins }: Guarded, at: number): boolean {
    return begins === undefined || begins[this.#kinds.charCodeAt(at)] === BEGINS;
  }
}
