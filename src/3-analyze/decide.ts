/** `@defined`: which branches are there at all. Runs before anything is checked. */
import type { AtOp, Expr } from '../1-parse/ast.ts';
import { constantValue } from './constants.ts';
import { rootsOf, type Unit } from './units.ts';
import { eachChild, type Node } from './walk.ts';

export interface Decisions {
  readonly constants: ReadonlyMap<AtOp, bigint>;
  /** Branches that cannot run, and the arguments of `@defined` and `@choose_defined` that are not evaluated. */
  readonly elided: ReadonlySet<object>;
}

/** Whether everything that `expr` reads from the kernel exists at the unit's place. */
export type IsDefined = (expr: Expr, unit: Unit) => boolean;

export function decide(units: readonly Unit[], isDefined: IsDefined): Decisions {
  const decider = new Decider(isDefined);
  for (const unit of units) for (const root of rootsOf(unit)) decider.visit(root, unit);
  return decider;
}

class Decider implements Decisions {
  readonly constants = new Map<AtOp, bigint>();
  readonly elided = new Set<object>();
  readonly #isDefined: IsDefined;

  constructor(isDefined: IsDefined) {
    this.#isDefined = isDefined;
  }

  visit(node: Node, unit: Unit): void {
    if (node.kind === 'at-op') this.#atOp(node, unit);
    else if (node.kind === 'if' || node.kind === 'ternary') {
      this.visit(node.condition, unit);
      const value = this.#decided(node.condition);
      if (value !== undefined) {
        const dead = value !== 0n ? node.else : node.then;
        if (dead !== undefined) this.elided.add(dead);
      }
    } else if (node.kind === 'binary' && (node.op === '&&' || node.op === '||')) {
      this.visit(node.left, unit);
      const value = this.#decided(node.left);
      if (value !== undefined && (value !== 0n) === (node.op === '||')) this.elided.add(node.right);
    }
    eachChild(node, (child) => {
      if (!this.elided.has(child)) this.visit(child, unit);
    });
  }

  /** The value of a condition that an `@` operator decides: what literals alone decide stays, and is checked. */
  #decided(condition: Expr): bigint | undefined {
    const value = constantValue(condition, this);
    return typeof value === 'bigint' && this.#asks(condition) ? value : undefined;
  }

  #asks(node: Node): boolean {
    if (node.kind === 'at-op') return true;
    let asks = false;
    eachChild(node, (child) => {
      asks ||= this.#asks(child);
    });
    return asks;
  }

  #atOp(node: AtOp, unit: Unit): void {
    const [first, second] = node.args;
    if (first === undefined) return;
    if (node.op === 'defined') {
      this.constants.set(node, this.#isDefined(first, unit) ? 1n : 0n);
      this.elided.add(first);
    } else if (node.op === 'choose_defined' && second !== undefined) {
      this.elided.add(this.#isDefined(first, unit) ? second : first);
    }
  }
}
