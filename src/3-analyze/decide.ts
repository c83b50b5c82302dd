/** `@defined` and `@probewrite`: which branches are there at all. Runs before anything is checked. */
import type { AtOp, Expr, Statement } from '../1-parse/ast.ts';
import { constantValue } from './constants.ts';
import { probeWrites } from './probewrite.ts';
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
    if (node.kind === 'block') {
      this.#block(node.statements, unit);
      return;
    }
    if (node.kind === 'at-op') this.#atOp(node, unit);
    // What decides comes first, and once: chains of conditions are deep.
    const deciding = decidingPart(node);
    if (deciding !== undefined) {
      this.visit(deciding, unit);
      const truth = this.#decided(deciding);
      if (truth !== undefined) for (const dead of deadParts(node, truth)) this.elided.add(dead);
    }
    eachChild(node, (child) => {
      if (child !== deciding && !this.elided.has(child)) this.visit(child, unit);
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
    } else if (node.op === 'probewrite') {
      const written = probeWrites(node, unit);
      if (written !== undefined) this.constants.set(node, written ? 1n : 0n);
    }
  }
}

/** What has to be known before the rest of a node is looked at. */
function decidingPart(node: Node): Expr | undefined {
  switch (node.kind) {
    case 'if':
    case 'ternary':
    case 'while':
    case 'for':
      return node.condition;
    case 'binary':
      return node.op === '&&' || node.op === '||' ? node.left : undefined;
    default:
      return undefined;
  }
}

/** What never runs where the deciding part is always true, or always false. */
function deadParts(node: Node, truth: boolean): readonly (Expr | Statement)[] {
  switch (node.kind) {
    case 'if':
    case 'ternary': {
      const dead = truth ? node.else : node.then;
      return dead === undefined ? [] : [dead];
    }
    case 'while':
      return truth ? [] : [node.body];
    case 'for':
      if (truth) return [];
      return node.step === undefined ? [node.body] : [node.body, node.step];
    case 'binary':
      return truth === (node.op === '||') ? [node.right] : [];
    default:
      return [];
  }
}
