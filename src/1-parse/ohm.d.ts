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

  interface Terminal {
    readonly obj: string;
  }

  interface Range {
    readonly from: string;
    readonly to: string;
  }

  interface Iter {
    readonly expr: PExpr;
  }

  interface Not {
    readonly expr: PExpr;
  }

  interface Lookahead {
    readonly expr: PExpr;
  }

  interface Apply {
    readonly ruleName: string;
    readonly args: readonly PExpr[];
  }
}
