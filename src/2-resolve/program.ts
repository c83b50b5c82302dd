/**
 * What phase 2 hands to phase 3: every name resolved, aliases expanded, only what can be reached.
 */
import type { Block, Expr, FunctionItem, GlobalVariable, Source, Span } from '../1-parse/ast.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { BoundPoint, ProbeFamily } from '../probes/family.ts';

export interface Program {
  /** All sources that a span can name, tapset files included. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly profile: KernelProfile;
  readonly probes: readonly BoundProbe[];
  /** In order of first use. Overloads of one name are separate entries, by falling priority. */
  readonly functions: readonly ProgramFunction[];
  readonly globals: readonly ProgramGlobal[];
  /** Where globals that the script sets and never reads are shown: what `probe end, error` stands for, without a body. */
  readonly endings: readonly BoundProbe[];
  /** Top-level `%{ … %}` blocks of the user's script and of the tapset files in use, in order. */
  readonly embeddedC: readonly { readonly code: string; readonly span: Span }[];
}

/**
 * One handler. `points` has more than one entry only where they share their context variables' meaning
 * (a wildcard at which each `$variable` that the handler reads has one type and one place).
 */
export interface BoundProbe {
  readonly family: ProbeFamily;
  readonly points: readonly BoundPoint[];
  /** As the user wrote it, for `pp()`-independent uses such as the status table: `syscall.read`. */
  readonly written: string;
  /** Conditions of the point and of the aliases it came through; all must hold. */
  readonly conditions: readonly Expr[];
  /** Prologues of aliases (outermost alias last expanded first), the body, epilogues: run in this order. */
  readonly blocks: readonly Block[];
  /** `?` or `!` stands behind the point, or behind one that led to it. */
  readonly optional: boolean;
  readonly span: Span;
  /** The alias definitions it came through, for "expanded from" notes. */
  readonly origin: readonly { readonly name: string; readonly span: Span }[];
}

export interface ProgramFunction {
  /** Unique in the program and a C identifier: the script's name, with a suffix for overloads and privates. */
  readonly id: string;
  readonly item: FunctionItem;
  /** True for functions of the tapset (embedded C allowed without -g). */
  readonly trusted: boolean;
}

export interface ProgramGlobal {
  /** Unique in the program and a C identifier. */
  readonly id: string;
  readonly variable: GlobalVariable;
}

/** What a name in an expression stands for; `Symbols` keeps one for each Identifier and Call node. */
export type Resolved =
  | { readonly kind: 'global'; readonly global: ProgramGlobal }
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'function'; readonly overloads: readonly ProgramFunction[] }
  | { readonly kind: 'builtin'; readonly name: string };

/** Side table of phase 2, keyed by node identity. */
export interface Symbols {
  get(node: object): Resolved | undefined;
}

export interface ResolvedProgram {
  readonly program: Program;
  readonly symbols: Symbols;
}
