/** `@defined`: which branches are there at all. Runs before anything is checked. */
import type { AtOp, Expr, Statement } from '../1-parse/ast.ts';
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
      const truth = this.#decided(node.condition);
      if (truth !== undefined) {
        const dead = truth ? node.else : node.then;
        if (dead !== undefined) this.elided.add(dead);
      }
    } else if (node.kind === 'while' || node.kind === 'for') {
      if (node.condition !== undefined) this.visit(node.condition, unit);
      if (node.condition !== undefined && this.#decided(node.condition) === false) {
        this.elided.add(node.body);
        if (node.kind === 'for' && node.step !== undefined) this.elided.add(node.step);
      }
    } else if (node.kind === 'binary' && (node.op === '&&' || node.op === '||')) {
      this.visit(node.left, unit);
      if (this.#decided(node.left) === (node.op === '||')) this.elided.add(node.right);
    } else if (node.kind === 'block') {
      this.#block(node.statements, unit);
      return;
    }
    eachChild(node, (child) => {
      if (!this.elided.has(child)) this.visit(child, unit);
    });
  }

  /** What stands behind `if (!@defined($x)) next` is not there without `$x`. */
  #block(statements: readonly Statement[], unit: Unit): void {
    let left = false;
    for (const statement of statements) {
      if (left) this.elided.add(statement);
      else this.visit(statement, unit);
      left ||= statement.kind === 'if' && this.#leaves(statement);
    }
  }

  /** Whether control never comes out of an `if` that has been decided, or of a statement inside. */
  #leaves(statement: Statement): boolean {
    switch (statement.kind) {
      case 'next':
      case 'return':
      case 'break':
      case 'continue':
        return true;
      case 'block':
        return statement.statements.some((s) => this.#leaves(s));
      case 'if': {
        const truth = this.#decided(statement.condition);
        const live = truth === true ? statement.then : truth === false ? statement.else : undefined;
        return live !== undefined && this.#leaves(live);
      }
      default:
        return false;
    }
  }

  /** How a condition always comes out because of an `@` operator: what literals alone decide stays, and is checked. */
  #decided(condition: Expr): boolean | undefined {
    return this.#asks(condition) ? this.#truth(condition) : undefined;
  }

  /** Known although not all of it is: nothing and something is nothing. */
  #truth(condition: Expr): boolean | undefined {
    const value = constantValue(condition, this);
    if (value !== undefined) return typeof value === 'bigint' ? value !== 0n : undefined;
    if (condition.kind === 'unary' && condition.op === '!') {
      const truth = this.#truth(condition.operand);
      return truth === undefined ? undefined : !truth;
    }
    if (condition.kind !== 'binary' || (condition.op !== '&&' && condition.op !== '||')) return undefined;
    const settles = condition.op === '||';
    const sides = [this.#truth(condition.left), this.#truth(condition.right)];
    if (sides.includes(settles)) return settles;
    return sides.includes(undefined) ? undefined : !settles;
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
