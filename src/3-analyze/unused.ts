/** Leaves out what nothing would miss: values stored in locals that are never read, statements without effect. */
import type { Expr, Identifier, Span } from '../1-parse/ast.ts';
import type { Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { type CallGraph, callGraph } from './calls.ts';
import { Effects } from './effects.ts';
import { ownBlock, rootsOf, type Unit } from './units.ts';
import { eachChild, isStatement, type Node } from './walk.ts';

/** One store may wait for another to go; tapset prologues need two or three rounds. */
const MAX_ROUNDS = 12;

/**
 * Adds to `elided`: targets of assignments to locals that are never read (the value is still evaluated where that has
 * effects), loop variables never read, and statements without effect. Warns about what the user wrote himself.
 */
export function elideUnused(
  units: readonly Unit[],
  symbols: Symbols,
  elided: Set<object>,
  diagnostics: Diagnostics,
): CallGraph {
  const graph = callGraph(units, symbols, elided);
  const effects = new Effects(graph, symbols, elided);
  for (const unit of units) new Pruner(unit, symbols, elided, effects, diagnostics).run();
  return callGraph(units, symbols, elided);
}

class Pruner {
  readonly #unit: Unit;
  readonly #symbols: Symbols;
  readonly #elided: Set<object>;
  readonly #effects: Effects;
  readonly #diagnostics: Diagnostics;
  readonly #warned = new Set<string>();
  /** Where, and what to say: told in the order of the text, whatever the order of the finds. */
  readonly #warnings: { readonly at: number; readonly tell: () => void }[] = [];
  #read = new Set<string>();

  constructor(unit: Unit, symbols: Symbols, elided: Set<object>, effects: Effects, diagnostics: Diagnostics) {
    this.#unit = unit;
    this.#symbols = symbols;
    this.#elided = elided;
    this.#effects = effects;
    this.#diagnostics = diagnostics;
  }

  run(): void {
    const roots = rootsOf(this.#unit);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.#elided.size;
      this.#read = new Set();
      for (const root of roots) this.#collectReads(root);
      for (const root of roots) this.#prune(root, this.#isOwn(root));
      if (this.#elided.size === before) break;
    }
    this.#warnings.sort((a, b) => a.at - b.at);
    for (const warning of this.#warnings) warning.tell();
  }

  /** Prologues of aliases exist to set what a handler may not need; only the user's own text is worth a warning. */
  #isOwn(root: Node): boolean {
    if (this.#unit.kind === 'function') return !this.#unit.fn.trusted;
    return root === ownBlock(this.#unit.probe);
  }

  #localName(node: Expr | undefined): string | undefined {
    if (node?.kind !== 'identifier') return undefined;
    const resolved = this.#symbols.get(node);
    return resolved?.kind === 'local' ? resolved.name : undefined;
  }

  #collectReads(node: Node): void {
    if (this.#elided.has(node)) return;
    const stored = storedBy(node);
    eachChild(node, (child) => {
      if (stored.some((s) => s === child) && this.#localName(asExpr(child)) !== undefined) return;
      this.#collectReads(child);
    });
    if (node.kind === 'identifier') {
      const name = this.#localName(node);
      if (name !== undefined) this.#read.add(name);
    }
  }

  #prune(node: Node, own: boolean): void {
    if (this.#elided.has(node)) return;
    for (const target of storedBy(node)) {
      const name = this.#localName(target);
      if (name === undefined || this.#read.has(name) || this.#elided.has(target)) continue;
      this.#elided.add(target);
      if (own && node.kind === 'assign') this.#warnUnused(target, name);
    }
    // What the body of a function or handler is made of stays: it is the thing that runs.
    eachChild(node, (child) => this.#prune(child, own));
    if (!isStatement(node) || node.kind === 'block' || node.kind === 'empty') return;
    if (!this.#effects.free(node)) return;
    this.#elided.add(node);
    if (own && node.kind === 'expr-statement' && node.expr.kind !== 'assign') {
      this.#warn(node.span, 'no-effect', 'this expression has no effect and is left out', [
        'use its value, or remove it',
      ]);
    }
  }

  #warnUnused(target: Expr, name: string): void {
    if (this.#warned.has(name)) return;
    this.#warned.add(name);
    this.#warn(target.span, 'unused-variable', `"${name}" is set but never read; the assignment is left out`);
  }

  #warn(span: Span, code: string, message: string, hints: readonly string[] = []): void {
    const tell = () => this.#diagnostics.warning(code, span, message, { hints });
    this.#warnings.push({ at: span.start, tell });
  }
}

/** Identifiers that a node only writes. */
export function storedBy(node: Node): readonly Identifier[] {
  switch (node.kind) {
    case 'assign':
      return node.op === '=' && node.target.kind === 'identifier' ? [node.target] : [];
    case 'foreach':
      return node.value === undefined ? node.keys : [node.value, ...node.keys];
    case 'try':
      return node.name === undefined ? [] : [node.name];
    case 'delete':
      return node.target.kind === 'identifier' ? [node.target] : [];
    default:
      return [];
  }
}

function asExpr(node: Node): Expr | undefined {
  return isStatement(node) ? undefined : node;
}
