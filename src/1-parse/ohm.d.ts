/** What ohm-js offers and its own declarations leave out. */
import 'ohm-js';

declare module 'ohm-js' {
  /** A node of the raw tree. Offsets count from the nearest rule node above, not from the parent. */
  interface CstNode {
    readonly ctorName: string;
    readonly matchLength: number;
    readonly children?: readonly CstNode[];
    readonly childOffsets?: readonly number[];
    isNonterminal(): boolean;
  }

  interface MatchFailure {
    isDescription(): boolean;
    getText(): string;
  }

  interface SucceededMatchResult {
    readonly _cst: CstNode;
  }

  interface FailedMatchResult {
    getRightmostFailures(): readonly MatchFailure[];
  }

  interface Grammar {
    /** The grammar as JSON, for `makeRecipe`. */
    toRecipe(): string;
  }

  function makeRecipe(recipe: string): Grammar;
}
