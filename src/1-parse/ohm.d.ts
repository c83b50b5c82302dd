/** What ohm-js offers and its own declarations leave out. */
import 'ohm-js';

declare module 'ohm-js' {
  interface MatchFailure {
    isDescription(): boolean;
    getText(): string;
  }

  interface FailedMatchResult {
    getRightmostFailures(): readonly MatchFailure[];
  }

  interface Grammar {
    /** The grammar as JSON. */
    toRecipe(): string;
  }
}
