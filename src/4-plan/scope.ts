/** What lowering a body knows: the module around it, the body itself, and whose body it is. */
import type { AtOp, Expr, Span, TypeName } from '../1-parse/ast.ts';
import type { ProgramFunction } from '../2-resolve/program.ts';
import type { Checked } from '../3-analyze/checked.ts';
import type { Body } from './body.ts';
import type { EffectTable, Reads } from './effects.ts';
import type { FormatTable } from './formats.ts';
import type { GlobalTable } from './globals.ts';
import type { Places } from './places.ts';
import type { Value } from './plan.ts';
import type { RegexTable } from './regexes.ts';
import type { IdentifierTable } from './tree.ts';
import type { UsageTable } from './usage.ts';

/** What all bodies of one module share. */
export interface ModuleScope {
  readonly checked: Checked;
  readonly effects: EffectTable;
  readonly places: Places;
  readonly formats: FormatTable;
  readonly regexes: RegexTable;
  readonly globals: GlobalTable;
  readonly usage: UsageTable;
  readonly identifiers: IdentifierTable;
  /** Whether the C function takes the hit: it may fail, print, or look at it. */
  takesHit(fn: ProgramFunction): boolean;
  /** Whether the C function takes the place of its call in the script, for the errors it may raise. */
  takesWhere(fn: ProgramFunction): boolean;
  /** Handlers and functions whose output is staged. */
  printsInPlace(owner: Owner): boolean;
  /** Strings may be made in their records: the ring is large enough for what that asks for. */
  readonly makesStrings: boolean;
  assertLayout(type: string, member: string, offset: number): void;
}

export type Owner =
  | { readonly kind: 'handler'; readonly index: number }
  | { readonly kind: 'entry'; readonly index: number }
  | { readonly kind: 'function'; readonly fn: ProgramFunction };

export interface Scope {
  readonly module: ModuleScope;
  readonly body: Body;
  readonly owner: Owner;
  readonly locals: ReadonlyMap<string, TypeName>;
  /** Parameters that are read where the caller put them. */
  readonly params: ReadonlySet<string>;
  readonly returns: TypeName | undefined;
  /** Per-CPU globals (by id) whose parts have been merged when the body began, so that it may read them. */
  readonly collected: ReadonlySet<string>;
  /** Ids of numbers that were read when the body began. */
  readonly snapshots?: ReadonlySet<string>;
  /** The lowering of expressions; `into` is a string buffer that the value may be made in. */
  readonly lower: (scope: Scope, expr: Expr, into?: Value) => Lowered;
  /** The script's place that an error at `span` names: in the tapset, the caller's. */
  readonly whereOf: (span: Span) => Value;
  /** What `next` does here. */
  readonly next: (scope: Scope, span: Span) => void;
  /** C lvalue of a value that the entry handler saved, and its type. */
  entryValue(slot: number): Lowered;
  /** The same for an `@entry(…)`. */
  entryValueOf(node: AtOp): Lowered;
}

export interface Lowered {
  readonly value: Value;
  /**
   * `int`: of C's type int, so that arithmetic on two of them must be widened first; `raw`: of any integer type that
   * converts to s64 with the right value.
   */
  readonly type: 'int' | 'raw' | 'long' | 'string';
  readonly reads: Reads;
  /** A call that changes something: to be evaluated in the step that comes next. */
  readonly now: boolean;
  /** It can set `hit->error`. */
  readonly fails: boolean;
}

/** A value that can stand anywhere before what it reads is changed. */
export function plain(value: Value, type: Lowered['type'], reads: Reads): Lowered {
  return { value, type, reads, now: false, fails: false };
}

/** `file:line:column` as a C string. */
export function whereOf(scope: Scope, span: Span): Value {
  return scope.whereOf(span);
}
