/** A view of the matched tree with absolute places, counted in tokens of the item. */
import type { CstNode } from 'ohm-js';

/** ohm's own wrappers cost more than the match itself; this reads the raw tree. */
export class Cst {
  readonly #node: CstNode;
  /** Index of the first token. */
  readonly start: number;
  /** Where the offsets of the children count from. */
  readonly #base: number;

  constructor(node: CstNode, start = 0, base = start) {
    this.#node = node;
    this.start = start;
    this.#base = base;
  }

  /** The grammar rule, with `_case` where the rule has cases. */
  get rule(): string {
    return this.#node.ctorName;
  }

  /** Index after the last token. */
  get end(): number {
    return this.start + this.#node.matchLength;
  }

  child(i: number): Cst {
    const child = this.#node.children?.[i];
    const offset = this.#node.childOffsets?.[i];
    if (child === undefined || offset === undefined) throw new RangeError(`${this.rule} has no child ${i}`);
    const start = this.#base + offset;
    return new Cst(child, start, child.isNonterminal() ? start : this.#base);
  }

  /** The matches of a `*`, `+` or `?`; of a rule, its parts. */
  get children(): readonly Cst[] {
    return (this.#node.children ?? []).map((_, i) => this.child(i));
  }

  /** The match of the `?` that is child `i`. */
  optional(i: number): Cst | undefined {
    const iteration = this.child(i);
    return (iteration.#node.children?.length ?? 0) === 0 ? undefined : iteration.child(0);
  }
}
