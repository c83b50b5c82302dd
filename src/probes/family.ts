/**
 * One kind of probe point. A family is one folder in `src/probes/`; `registry.ts` lists them, and nothing
 * outside names one.
 */
import type { PointComponent, ProbePoint, Span } from '../1-parse/ast.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { CType } from '../kernel/types.ts';

/** What a handler may find around it when it runs; decides what the runtime may do there. */
export interface HandlerContext {
  /** `process`: may sleep (begin, end). `atomic`: must not; interrupts may be on or off. `nmi`: any context. */
  readonly level: 'process' | 'atomic' | 'nmi';
  /** A `struct pt_regs *regs` of what was interrupted or called is there. */
  readonly regs: boolean;
  /** `current` is the task that the event belongs to. */
  readonly task: boolean;
}

/** One place a handler is attached to. */
export interface BoundPoint {
  /** Full text as `pp()` gives it: `kernel.function("vfs_read@fs/read_write.c:450").call` without what is not known. */
  readonly text: string;
  /** What `probefunc()` and `ppfunc()` give when it is known at translation. */
  readonly function?: string;
  /** The family's own data, JSON: `{ "symbol": "vfs_read", "module": null }`. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** A variable that handlers at a point can read: `$name`. */
export interface ContextVariable {
  /** Without `$`. */
  readonly name: string;
  readonly type: CType;
  /**
   * C expression of the value, over the names that the family's handler signature brings into scope
   * (`regs`, `a_filename` …); an integer or pointer of at most 64 bits.
   */
  readonly c: string;
  /** True for what is a parameter (`$$parms`), false for the likes of `$return`. */
  readonly parameter: boolean;
  /** Set where a script in guru mode may assign it: a C lvalue. */
  readonly lvalue?: string;
  /** Runtime names that `c` uses are found by the linker; nothing to declare. */
}

export interface BindEnvironment {
  readonly profile: KernelProfile;
  readonly diagnostics: Diagnostics;
}

export interface ListedPoint {
  readonly text: string;
  readonly variables: readonly { readonly name: string; readonly type: string }[];
}

export interface ProbeFamily {
  /** Folder name. */
  readonly name: string;
  /** First components that lead here: `["timer"]`, `["kernel", "module"]` with what must follow. */
  claims(components: readonly PointComponent[]): boolean;
  /**
   * The places a point stands for. An empty list where nothing matches (the caller decides by `?` and `!` whether
   * that is an error, and asks `suggest` for the message). Malformed points are reported here.
   */
  bind(point: ProbePoint, env: BindEnvironment): readonly BoundPoint[];
  /** Names near to what was written, best first, for "did you mean". */
  suggest(point: ProbePoint, env: BindEnvironment): readonly string[];
  context(point: BoundPoint): HandlerContext;
  variables(point: BoundPoint, profile: KernelProfile): readonly ContextVariable[];
  /**
   * For a point that is a return: the entry point on which `@entry(e)` and saved `$parameter`s are evaluated;
   * undefined elsewhere.
   */
  entryOf?(point: BoundPoint): BoundPoint;
  /** Points for `tapc list PATTERN`. */
  list(pattern: string, profile: KernelProfile): Iterable<ListedPoint>;
  /** What the module needs for the handlers of this family. */
  plan(request: FamilyPlanRequest): FamilyPlan;
}

export interface FamilyHandler {
  /** Index in `ModulePlan.handlers`; the emitted body is `tapc_handler_<index>`. */
  readonly index: number;
  readonly points: readonly BoundPoint[];
  /** True when the body reads `regs` or a context variable. */
  readonly needsArguments: boolean;
  /** Bytes that an entry handler leaves for its return handler; 0 where there is none. */
  readonly entryBytes: number;
  readonly span: Span;
}

export interface FamilyPlanRequest {
  readonly handlers: readonly FamilyHandler[];
  readonly profile: KernelProfile;
  readonly diagnostics: Diagnostics;
}

export interface FamilyPlan {
  /** Template of this family, a file name in its folder; rendered once with `view`. */
  readonly template: string;
  /** Plain JSON: what the template reads. */
  readonly view: Readonly<Record<string, unknown>>;
  /**
   * For each handler: the C parameter list that its body has after `struct tapc_hit *hit`
   * (`struct pt_regs *regs`, or `struct task_struct *prev, struct task_struct *next`); empty for none.
   */
  readonly parameters: ReadonlyMap<number, string>;
  /**
   * C functions that the template defines: run in this order when the module starts (after `begin` handlers have
   * run; `int f(void)`, negative errno on failure) and in reverse when it stops (`void f(void)`; on return no handler runs any more).
   */
  readonly attach?: string;
  readonly detach?: string;
}
