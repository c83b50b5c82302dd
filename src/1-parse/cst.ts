/** A node of the matched tree: a rule with its parts, the matches of a `*`, `+` or `?`, or a token. */
export class Cst {
  /** The grammar rule, with `_case` where the rule has cases; empty for what is none. */
  readonly rule: string;
  /** Index of the first token. */
  readonly start: number;
  /** Index after the last token. */
  readonly end: number;
  /** The matches of a `*`, `+` or `?`; of a rule, its parts. */
  readonly children: readonly Cst[];

  constructor(rule: string, start: number, end: number, children: readonly Cst[]) {
    this.rule = rule;
    this.start = start;
    this.end = end;
    this.children = children;
  }

  child(i: number): Cst {
    const child = this.children[i];
    if (child === undefined) throw new RangeError(`${this.rule} has no child ${i}`);
    return child;
  }

  /** The match of the `?` that is child `i`. */
  optional(i: number): Cst | undefined {
    return this.child(i).children[0];
  }
}
