/** Statements that stand where they cannot: `break` outside a loop, `return` in a probe, changes inside a foreach. */
import type { Expr, Identifier } from '../1-parse/ast.ts';
import type { ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { ownBlock, rootsOf, type Unit } from './units.ts';
import { type Elided, eachChild, isStatement, type Node } from './walk.ts';

export function checkPlacement(
  units: readonly Unit[],
  symbols: Symbols,
  elided: Elided,
  diagnostics: Diagnostics,
): void {
  for (const unit of units) {
    for (const root of rootsOf(unit)) {
      const own = unit.kind === 'function' ? !unit.fn.trusted : root === ownBlock(unit.probe);
      new Placement(unit, own, symbols, elided, diagnostics).visit(root);
    }
  }
}

class Placement {
  readonly #unit: Unit;
  readonly #own: boolean;
  readonly #symbols: Symbols;
  readonly #elided: Elided;
  readonly #diagnostics: Diagnostics;
  readonly #walked: { readonly global: ProgramGlobal; readonly array: Identifier }[] = [];
  #loops = 0;

  constructor(unit: Unit, own: boolean, symbols: Symbols, elided: Elided, diagnostics: Diagnostics) {
    this.#unit = unit;
    this.#own = own;
    this.#symbols = symbols;
    this.#elided = elided;
    this.#diagnostics = diagnostics;
  }

  visit(node: Node): void {
    if (this.#elided.has(node)) return;
    switch (node.kind) {
      case 'break':
      case 'continue':
        if (this.#loops === 0) {
          this.#diagnostics.error('outside-loop', node.span, `there is no loop here to ${node.kind}`, {
            hints: this.#unit.kind === 'probe' ? ['`next` ends the handler'] : ['`return` ends the function'],
          });
        }
        return;
      case 'return':
        if (this.#unit.kind === 'probe') {
          this.#diagnostics.error('return-in-probe', node.span, 'a probe returns nothing', {
            hints: ['`next` ends the handler'],
          });
        }
        break;
      case 'block':
        this.#unreachable(node);
        break;
      case 'while':
        this.#loop(node);
        return;
      case 'for':
        this.#loop(node);
        return;
      case 'foreach':
        this.#foreach(node);
        return;
      case 'assign':
      case 'inc-dec':
        this.#changed(node.target);
        break;
      case 'delete':
        // Of the whole array: the walk ends with it.
        if (node.target.kind !== 'identifier') this.#changed(node.target);
        break;
      default:
        break;
    }
    eachChild(node, (child) => this.visit(child));
  }

  #loop(node: Node): void {
    this.#loops++;
    eachChild(node, (child) => this.visit(child));
    this.#loops--;
  }

  #foreach(node: Extract<Node, { readonly kind: 'foreach' }>): void {
    const base = node.array.kind === 'index' ? node.array.base : node.array;
    const array = base.kind === 'stat-op' ? statisticName(base.stat) : base;
    const resolved = array === undefined ? undefined : this.#symbols.get(array);
    const global = resolved?.kind === 'global' ? resolved.global : undefined;
    if (global !== undefined && array !== undefined) this.#walked.push({ global, array });
    this.#loop(node);
    if (global !== undefined) this.#walked.pop();
  }

  #changed(target: Expr): void {
    const base = target.kind === 'index' ? target.base : target;
    const resolved = this.#symbols.get(base);
    if (resolved?.kind !== 'global') return;
    const walk = this.#walked.find((w) => w.global === resolved.global);
    if (walk === undefined) return;
    this.#diagnostics.error(
      'modified-in-foreach',
      target.span,
      `"${walk.array.name}" is changed while a foreach walks it`,
      {
        hints: ['gather what is to change in another array, and change it behind the loop'],
        notes: [{ message: 'the foreach walks it here', span: walk.array.span }],
      },
    );
  }

  #unreachable(block: Extract<Node, { readonly kind: 'block' }>): void {
    if (!this.#own) return;
    const live = block.statements.filter((s) => s.kind !== 'empty' && !this.#elided.has(s));
    const end = live.findIndex((s) => isStatement(s) && leaves(s.kind));
    const next = end === -1 ? undefined : live[end + 1];
    const leaving = live[end];
    if (next === undefined || leaving === undefined) return;
    this.#diagnostics.warning('unreachable-code', next.span, 'this can never run', {
      notes: [{ message: `the ${leaving.kind} before it leaves`, span: leaving.span }],
    });
  }
}

function leaves(kind: Node['kind']): boolean {
  return kind === 'return' || kind === 'next' || kind === 'break' || kind === 'continue';
}

function statisticName(stat: Expr): Identifier | undefined {
  const base = stat.kind === 'index' ? stat.base : stat;
  return base.kind === 'identifier' ? base : undefined;
}
