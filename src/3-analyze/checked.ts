/**
 * What phase 3 hands to phase 4: side tables over the tree, keyed by node identity. One pass per file fills each.
 */
import type {
  AtOp,
  AtVar,
  Autocast,
  Call,
  Cast,
  Expr,
  RegexMatch,
  Statement,
  StatOpName,
  TargetVariable,
  TypeName,
} from '../1-parse/ast.ts';
import type { BoundProbe, Program, ProgramFunction, ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import type { CType } from '../kernel/btf/ctype.ts';
import type { ContextVariable } from '../probes/family.ts';
import type { CompiledRegex } from '../regex/index.ts';

export interface Checked {
  readonly program: Program;
  readonly symbols: Symbols;
  /** Type of every expression that yields a value. */
  typeOf(expr: Expr): TypeName;
  /** The overload that a call binds to; more where `next` may pass on to the following, in order. Empty for printers. */
  overloadsOf(call: Call): readonly ProgramFunction[];
  readonly functions: ReadonlyMap<ProgramFunction, CheckedFunction>;
  readonly globals: ReadonlyMap<ProgramGlobal, CheckedGlobal>;
  readonly probes: readonly CheckedProbe[];
  /** `$var…`, `@cast…`, `@var…` resolved to address arithmetic. */
  accessOf(node: TargetVariable | Cast | AtVar | Autocast): MemoryAccess;
  /** Values of the kernel are assigned to somewhere. */
  readonly storesTargets: boolean;
  /** `@defined(…)`, `@const`, `@enum` and kin that analysis has decided. */
  constantOf(node: AtOp): bigint | undefined;
  /** Print-family calls, formats parsed and checked against their arguments. */
  formatOf(call: Expr): PrintCall | undefined;
  /** The pattern of `=~` or `!~`, compiled. */
  regexOf(node: RegexMatch): CompiledRegex | undefined;
  /** The slot of an `@entry(…)` in `entryValues`. */
  slotOf(node: AtOp): number | undefined;
  /**
   * What is not there:
   * - a branch of `if` or `?:`, the body of a loop, that `@defined` has decided not to run; its condition is evaluated for what it does;
   * - what stands behind an `if` that always leaves;
   * - the right side of a decided `&&` or `||`; the argument of `@choose_defined` that is not taken;
   * - the target of an assignment, or a variable of a foreach or catch, that nobody reads: the value assigned is still
   *   evaluated;
   * - a statement without effect.
   */
  isElided(node: object): boolean;
}

export type ReentrancyClass = 'trace' | 'accumulate' | 'shared';

export interface CheckedProbe {
  readonly probe: BoundProbe;
  readonly class: ReentrancyClass;
  /** The node that decided the class, for `tapc explain`. */
  readonly because?: Expr | Statement;
  /** Globals used under exclusion, in the one global order. */
  readonly locks: readonly { readonly global: ProgramGlobal; readonly mode: 'read' | 'write' }[];
  /** The same for the run at the entry that computes `entryValues`. */
  readonly entryLocks: CheckedProbe['locks'];
  /** Numbers that it reads when it begins, instead of under a lock. */
  readonly snapshots: readonly ProgramGlobal[];
  /** The globals it uses, in the one global order, each with the place that tells most. */
  readonly uses: readonly {
    readonly global: ProgramGlobal;
    /** `steps`: adds and needs the sum; `changes`: reads and sets. */
    readonly how: 'reads' | 'adds' | 'steps' | 'sets' | 'changes';
    readonly node: Expr | Statement;
  }[];
  /** Its own print statements and those of the functions it calls. */
  readonly printCalls: readonly JudgedPrint[];
  readonly locals: ReadonlyMap<string, TypeName>;
  /** Most print statements a hit can run: 0, 1, or many; 'one' may write its record in place. */
  readonly prints: 'none' | 'one' | 'many';
  /** `@entry(e)` expressions and parameters read in a return probe, in slot order; evaluated at the entry. */
  readonly entryValues: readonly (AtOp | TargetVariable)[];
  /** Whether anything in it, called functions included, can raise a run-time error. */
  readonly canFail: boolean;
}

export interface JudgedPrint {
  readonly call: Call;
  /** Arguments for which the handler takes a lock. */
  readonly locked: readonly { readonly arg: Expr; readonly global: ProgramGlobal }[];
  /** Without its prints the handler would take no lock. */
  readonly decides: boolean;
}

export interface CheckedFunction {
  readonly returns?: TypeName;
  readonly params: readonly TypeName[];
  readonly locals: ReadonlyMap<string, TypeName>;
  readonly canFail: boolean;
  readonly prints: 'none' | 'one' | 'many';
  /** Part of a cycle of calls: its depth is counted. */
  readonly recursive: boolean;
}

export interface CheckedGlobal {
  /** Type of the scalar, or of the array's values. */
  readonly type: TypeName;
  /** Types of the keys; empty for a scalar. */
  readonly keys: readonly TypeName[];
  /** Most entries; undefined takes the default (`MAXMAPENTRIES`). */
  readonly size?: bigint;
  readonly wrap: boolean;
  /** For `stats`: the operators that read it, so that only their fields are kept. */
  readonly statistics?: StatisticsUse;
  /** It is kept per CPU, and some handler looks at it while others add to it. */
  readonly watched: boolean;
  /**
   * - `constant`: nobody changes it.
   * - `percpu`: added to on each CPU, and merged by whoever reads.
   * - `atomic`: a number that some handler uses once in a run, without a lock: every use of it is one load, store or step.
   * - `locked`: everything else.
   *
   * Readers of a `percpu` global hold its lock for writing (or run alone) and collect first; adders hold it for reading
   * where what they add must not be seen apart from something else, and else not at all.
   */
  readonly storage: 'constant' | 'percpu' | 'atomic' | 'locked';
}

export interface StatisticsUse {
  readonly ops: ReadonlySet<StatOpName>;
  readonly histogram?:
    | { readonly kind: 'log' }
    | { readonly kind: 'linear'; readonly low: bigint; readonly high: bigint; readonly width: bigint };
  /** Bits that `@variance` shifts by. */
  readonly shift: number;
}

/**
 * A chain of loads. Start from `base`, then for every hop: add the offset (and index × element size), and, if another
 * hop follows, load a pointer from there. The last place is loaded as `load` says, or its address is the value.
 */
export interface MemoryAccess {
  readonly base:
    | { readonly kind: 'variable'; readonly variable: ContextVariable }
    | { readonly kind: 'expression'; readonly expr: Expr }
    | { readonly kind: 'symbol'; readonly symbol: string; readonly percpu: boolean }
    | { readonly kind: 'entry'; readonly slot: number }
    /** `$$parms`, `$$vars`, `$$return` and their pretty forms: see `pretty`. */
    | { readonly kind: 'none' };
  readonly hops: readonly Hop[];
  /** How the last place becomes a value; undefined when the base itself is the value (an integer parameter). */
  readonly load?: Load;
  readonly type: CType;
  /** `$x$`, `$$parms`: text pieces and values that make the string. */
  readonly pretty?: readonly PrettyPiece[];
  /** User memory: read with the user-space primitives. */
  readonly user: boolean;
}

export interface Hop {
  readonly offset: number;
  readonly indices: readonly { readonly expr: Expr; readonly scale: number }[];
  /** As in C, for the comment in the output: `->f_path.dentry`. */
  readonly text: string;
  /** struct and member path behind `offset`, for the static assertion: `struct file`, `f_path.dentry`. */
  readonly check?: { readonly type: string; readonly member: string };
}

export interface Load {
  /** Bytes: 1, 2, 4, 8; 0 takes the address (arrays, structs, `&`). */
  readonly size: 0 | 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly bits?: { readonly offset: number; readonly size: number };
}

export type PrettyPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly access: MemoryAccess; readonly format: string }
  /** The text at an address, in quotes; where it is an array, no more than its bytes. */
  | { readonly kind: 'string'; readonly access: MemoryAccess; readonly length?: number }
  /** What is unreadable as one, and leaves what stands around it readable. */
  | { readonly kind: 'group'; readonly pieces: readonly PrettyPiece[] };

export interface PrintCall {
  /** Text and directives in order; `print*` without a format are given one. */
  readonly pieces: readonly FormatPiece[];
  /** Where it goes: the output stream, or a string value. */
  readonly to: 'stream' | 'string';
  /** Arguments in order, widths and precisions given by `*` included. */
  readonly args: readonly Expr[];
}

export type FormatPiece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'directive';
      readonly conversion:
        | 'd'
        | 'i'
        | 'u'
        | 'x'
        | 'X'
        | 'o'
        | 'b'
        | 'p'
        | 'P'
        | 's'
        | 'm'
        | 'M'
        | 'c'
        | 'hist_log'
        | 'hist_linear';
      readonly flags: string;
      readonly width?: number | 'argument';
      readonly precision?: number | 'argument';
    };
