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
  /** `process`: may sleep (begin, end). `atomic`: must not; interrupts may be on or off. `nmi`: wherever it may be. */
  readonly level: 'process' | 'atomic' | 'nmi';
  /** No other handler of the script runs meanwhile (begin, end). */
  readonly alone?: boolean;
  /** It hits at the pace of a clock, not of events: what a hit costs matters less. */
  readonly paced?: boolean;
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
  /** It runs no handler but counts, for `@perf("name")` to read. */
  readonly counter?: PointCounter;
}

export interface PointCounter {
  /** As the script has it. */
  readonly name: string;
  /** C name of the per-CPU variable that leads to it; one of the family's declarations. */
  readonly variable: string;
}

/** A variable that handlers at a point can read: `$name`. */
export interface ContextVariable {
  /** Without `$`. */
  readonly name: string;
  readonly type: CType;
  /**
   * C expression of the value, over `hit` and the names that `signature` brings into scope (`regs`, `a_filename` …).
   * Of an integer type that converts to `s64` with the right value; pointers are cast already.
   */
  readonly c: string;
  /** `c` is a string literal (`$$name`), not a number; `type` is then `const char *`. */
  readonly text?: boolean;
  /** True for what is a parameter (`$$parms`), false for the likes of `$return`. */
  readonly parameter: boolean;
  /** Set where a script in guru mode may assign it. */
  readonly store?: VariableStore;
  /** It is the script's, not the kernel's: what a handler makes (assigned without guru mode, never read), or is given. */
  readonly own?: 'made' | 'given';
  /** Runtime names that `c` uses are found by the linker; nothing to declare. */
}

/** Where a variable is kept while the handler runs, so that what is written there is what the probed function gets. */
export interface VariableStore {
  /** `lvalue`: of a register; `address`: of eight bytes in memory; `text`: of a `struct tapc_value`; `setter`: a function. */
  readonly kind: 'lvalue' | 'address' | 'text' | 'setter';
  /** C; of a setter its name. */
  readonly c: string;
  /** C of what a setter is given before the value. */
  readonly given?: readonly string[];
  /** The C type that a value is narrowed to, as the ABI wants it; none where all 64 bits count. */
  readonly narrow?: string;
}

/** The places of one probe, and where it is written. */
export interface PlacedPoints {
  readonly points: readonly BoundPoint[];
  readonly span: Span;
}

export interface BindEnvironment {
  readonly profile: KernelProfile;
  readonly diagnostics: Diagnostics;
}

export interface ListedPoint {
  readonly text: string;
  readonly variables: readonly { readonly name: string; readonly type: string }[];
}

/** A point by the name that the kernel has for it now. */
export interface RenamedPoint {
  readonly point: ProbePoint;
  readonly was: string;
  readonly now: string;
}

export interface ProbeFamily {
  /** Folder name. */
  readonly name: string;
  /** The forms of its points, arguments by their kind: `timer.ms(number).randomize(number)`. What a wildcard in a name may mean. */
  readonly types: readonly string[];
  /** First components that lead here: `["timer"]`, `["kernel", "module"]` with what must follow. */
  claims(components: readonly PointComponent[]): boolean;
  /**
   * The places a point stands for. An empty list where nothing matches (the caller decides by `?` and `!` whether
   * that is an error, and asks `suggest` for the message). Malformed points are reported here.
   */
  bind(point: ProbePoint, env: BindEnvironment): readonly BoundPoint[];
  /** Reports points of one script that cannot stand beside each other. */
  together?(probes: readonly PlacedPoints[], diagnostics: Diagnostics): void;
  /** Names near to what was written, best first, for "did you mean". */
  suggest(point: ProbePoint, env: BindEnvironment): readonly string[];
  /** The place that took the place of a point that the kernel has not got. */
  renamed?(point: ProbePoint, profile: KernelProfile): RenamedPoint | undefined;
  context(point: BoundPoint): HandlerContext;
  /** How a point is attached, in a few words: `ftrace, else a kprobe`. */
  mechanism?(point: BoundPoint, profile: KernelProfile): string;
  variables(point: BoundPoint, profile: KernelProfile): readonly ContextVariable[];
  /** C parameters that a body has after `struct tapc_hit *hit`, where it reads any of them. */
  signature(point: BoundPoint, profile: KernelProfile): readonly BodyParameter[];
  /**
   * For a point that is a return: the entry point on which `@entry(e)` and saved `$parameter`s are evaluated;
   * undefined elsewhere.
   */
  entryOf?(point: BoundPoint): BoundPoint | undefined;
  /** The same place, where only some of the places that were found with it share its handler. */
  part?(point: BoundPoint): BoundPoint;
  /** Points for `tapc list PATTERN`. */
  list(pattern: string, profile: KernelProfile): Iterable<ListedPoint>;
  /** What the module needs for the handlers of this family. */
  plan(request: FamilyPlanRequest): FamilyPlan;
}

export interface BodyParameter {
  /** How it is kept for a hit that has to wait: it is `hit->regs`, or a number or pointer; absent where it cannot be. */
  readonly kept?: 'registers' | 'value';
  /** As in a parameter list: `struct pt_regs *regs`; the name stands last. */
  readonly declaration: string;
  /** As in a call: `regs`. */
  readonly name: string;
}

export interface FamilyHandler {
  /** Row of `tapc_probes`. */
  readonly index: number;
  /** C name of the body: `tapc_handler_2`. Handlers with equal bodies share one. */
  readonly body: string;
  readonly points: readonly BoundPoint[];
  /** Written with `?` or `!`: where the kernel refuses it, the script goes on without. */
  readonly optional: boolean;
  /** True when the body reads `regs` or a context variable: it is then called with all of `signature`. */
  readonly needsArguments: boolean;
  /** True when something it calls reads registers other than those that pass arguments (`hit->regs` as a whole). */
  readonly needsRegisters: boolean;
  /** True when it asks for registers by name or number, each of which may be meant. */
  readonly needsWhole: boolean;
  /** True when it changes what a function is given or gives. */
  readonly writesRegisters: boolean;
  /** What the template calls before and after the body: `tapc_guarded_enter`, `tapc_guarded_leave`. */
  readonly enter: string;
  readonly leave: string;
  /** What runs at the entry of a return probe. */
  readonly entry?: {
    /** C name: `tapc_entry_2`. */
    readonly body: string;
    /** `struct tapc_saved_2`: carried from the entry to the return. */
    readonly saved: string;
    /** Upper bound of its size. */
    readonly bytes: number;
  };
  /** A body for most hits that needs no `struct tapc_hit`; a family may call it first, see `light.ts`. */
  readonly light?: FamilyLight;
  readonly span: Span;
}

export interface FamilyLight {
  /** C name: `tapc_light_2`. `bool`, of the row of `tapc_probes` and the arguments that `body` takes behind the hit. */
  readonly body: string;
  /** It may return false: nothing has been done then, and `body` must be run. */
  readonly mayFail: boolean;
  /** It must be called with preemption off. */
  readonly pinned: boolean;
  /** It calls what may be probed: the guard must stand round it. */
  readonly guarded: boolean;
}

export interface FamilyPlanRequest {
  readonly handlers: readonly FamilyHandler[];
  /** What runs a handler in process context: `tapc_process`. */
  readonly runner: string;
  readonly profile: KernelProfile;
  readonly diagnostics: Diagnostics;
}

export interface FamilyPlan {
  /** Template of this family, a file name in its folder; rendered once with `view`. */
  readonly template: string;
  /** Plain JSON: what the template reads. */
  readonly view: Readonly<Record<string, unknown>>;
  /** C lines that stand before all handler bodies: types that their parameters name. */
  readonly declarations: readonly string[];
  /** Runtime items and kernel functions that the rendered template names. */
  readonly uses: readonly string[];
  /**
   * C functions that the template defines: run in this order when the module starts (after `begin` handlers have
   * run; `int f(void)`, negative errno on failure) and in reverse when it stops (`void f(void)`; on return no handler runs any more).
   */
  readonly attach?: string;
  readonly detach?: string;
  /**
   * C calls (`f()`, process context) that run handlers of their own: once everything is attached and before any other hit is
   * served, and after everything is detached.
   */
  readonly opening?: string;
  readonly closing?: string;
  /** `unsigned long f(unsigned int probe)`: hits that the kernel dropped before a callback ran. */
  readonly missed?: string;
  /** It calls `tapc_refuse()` for places that the kernel refuses and the script can do without. */
  readonly refuses?: boolean;
}
