/**
 * Everything the module will contain, as plain JSON data, before any C text exists: what phase 4 hands to phase 5.
 * `tapc compile --dump-plan` prints it.
 *
 * Bodies are trees of steps and values. A value is a C expression without side effects, or one call that stands
 * alone in its step; the order of the steps is the order of evaluation of the script.
 */

/** Position in the script, as run-time errors and the status file name it: `hello.stp:3:7`. */
export type Where = string;

export type Value =
  /** A signed 64-bit number, as text: decimal, or hexadecimal where the script wrote it so. */
  | { readonly kind: 'number'; readonly text: string }
  /** A string literal; each char is one byte. */
  | { readonly kind: 'text'; readonly text: string }
  /** A C lvalue: `l_n`, `frame->l_s`, `g_total`. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Value[] }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly operand: Value }
  | { readonly kind: 'binary'; readonly op: BinaryCOp; readonly left: Value; readonly right: Value }
  | { readonly kind: 'choose'; readonly condition: Value; readonly yes: Value; readonly no: Value }
  | { readonly kind: 'cast'; readonly type: string; readonly operand: Value }
  /** `(type){ a, b }`. */
  | { readonly kind: 'list'; readonly type: string; readonly items: readonly Value[] }
  /** C that a probe family or the script gave, printed as it stands. */
  | { readonly kind: 'c'; readonly text: string };

export type UnaryOp = '-' | '!' | '~' | '&' | '*';

export type BinaryCOp =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '>'
  | '<='
  | '>='
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||';

export type Step =
  /** A line of the script, as a comment. */
  | { readonly kind: 'source'; readonly where: Where; readonly text: string }
  | { readonly kind: 'set'; readonly target: Value; readonly op: AssignOp; readonly value: Value }
  | { readonly kind: 'do'; readonly value: Value }
  | {
      readonly kind: 'if';
      readonly condition: Value;
      /** The condition is an exception: `unlikely(…)`. */
      readonly unlikely?: boolean;
      readonly body: readonly Step[];
      readonly else: readonly Step[];
    }
  /** Without a condition it ends by `break` alone. `init` and `step` are assignments or calls. */
  | {
      readonly kind: 'loop';
      readonly init?: Step;
      readonly condition?: Value;
      readonly step?: Step;
      readonly body: readonly Step[];
    }
  /** `if (unlikely(hit->error))` leave. */
  | { readonly kind: 'check'; readonly to: Exit }
  | { readonly kind: 'leave'; readonly to: Exit }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | {
      readonly kind: 'print';
      /** `place`: written into its record of the ring at once; `stage`: kept until the handler ends; `light`: as `place`, without a hit. */
      readonly mode: 'place' | 'stage' | 'light';
      /** Name of the format table. */
      readonly format: string;
      readonly fields: readonly PrintField[];
    }
  /** C from the script, as it stands. */
  | { readonly kind: 'c'; readonly text: string };

export type AssignOp = '=' | '+=' | '-=' | '*=' | '&=' | '|=' | '^=';

/** Where control goes when it leaves: a label, or out of the C function with this value. */
export type Exit =
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'return'; readonly value?: Value };

export type PrintField =
  | { readonly kind: 'long'; readonly value: Value }
  /** `size`: bytes with the NUL; a number, or a variable set before. */
  | { readonly kind: 'string'; readonly value: Value; readonly size: Value }
  | { readonly kind: 'memory'; readonly value: Value; readonly size: Value }
  /** A string that a call writes into the record; `size`: its most bytes, a constant. */
  | { readonly kind: 'made'; readonly value: Value; readonly size: Value };

export interface PlanFormat {
  /** `fmt_3`. */
  readonly name: string;
  readonly pieces: readonly PlanPiece[];
}

export type PlanPiece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'directive';
      /** The function of the runtime that renders it: `tapc_put_decimal`. */
      readonly put: string;
      readonly width?: number | 'argument';
      readonly precision?: number | 'argument';
      /** `TAPC_LEFT`, …, in the order of their bits. */
      readonly flags: readonly string[];
    };

/** Table of a regular expression. */
export interface PlanRegex {
  /** `regex_1`. */
  readonly name: string;
  readonly pattern: string;
  /** Class of each byte from 0 to 255. */
  readonly classes: readonly number[];
  readonly machine: PlanTester | PlanTagger;
}

/** State 0 is failure, state 1 success; see `runtime/regex/test.c`. */
export interface PlanTester {
  readonly kind: 'tester';
  readonly first: number;
  /** Next state by state and class. */
  readonly next: readonly (readonly number[])[];
}

/** See `runtime/regex/find.c`. */
export interface PlanTagger {
  readonly kind: 'tagger';
  readonly first: PlanRegexStep;
  readonly steps: readonly (readonly PlanRegexStep[])[];
  /** Where threads come from and which tags are set, as a number. */
  readonly moves: readonly { readonly from: number | 'fresh'; readonly tags: string }[];
  readonly threads: readonly number[];
  /** 1 + the thread that has matched, or 0. */
  readonly matched: readonly number[];
  /** Two for each group. */
  readonly tags: number;
}

export interface PlanRegexStep {
  readonly next: number;
  /** First of the state's threads in `moves`. */
  readonly moves: number;
}

export interface PlanVariable {
  /** With a trailing blank or `*`, ready for the name: `s64 `, `const char *`. */
  readonly type: string;
  readonly name: string;
  /** `[TAPC_STRLEN]`; empty for what is no array. */
  readonly suffix: string;
  readonly init?: Value;
}

/** Scratch of one body: what is too large for the stack. */
export interface PlanFrame {
  /** Tag of the struct: `tapc_frame_2`. */
  readonly tag: string;
  readonly fields: readonly PlanVariable[];
}

interface PlanBody {
  /** Lines that stand above it as a comment. */
  readonly comment: readonly string[];
  readonly where: Where;
  readonly frame?: PlanFrame;
  readonly variables: readonly PlanVariable[];
  readonly steps: readonly Step[];
}

export interface PlanFunction extends PlanBody {
  /** `fn_fib`. */
  readonly name: string;
  readonly returns: 's64 ' | 'void ';
  readonly params: readonly PlanVariable[];
  /** It is called by one that stands before it, or by itself. */
  readonly declare: boolean;
}

export interface PlanHandler extends PlanBody {
  /** Row of `tapc_probes`. */
  readonly index: number;
  /** C name of the body: `tapc_handler_2`; the same for all handlers whose bodies do not differ. */
  readonly body: string;
  /** False where an earlier handler has the same body. */
  readonly emitBody: boolean;
  /** First resolved point, for the status. */
  readonly point: string;
  /** Point as the user wrote it. */
  readonly written: string;
  readonly family: string;
  /** C parameters after `struct tapc_hit *hit`, as the family gives them. */
  readonly parameters: readonly string[];
  readonly class: 'trace' | 'accumulate' | 'shared';
  /** What runs at the entry of a return probe. */
  readonly entry?: PlanEntry;
  /** What runs instead wherever it can, where the family knows of it. */
  readonly light?: PlanLight;
  /** How a hit waits that cannot run at once. */
  readonly late?: PlanLate;
}

export interface PlanLate {
  /** `tapc_defer_2`: keeps a hit. */
  readonly name: string;
  /** `tapc_again_2`: runs the handler for one. */
  readonly again: string;
  /** Of the handler; `type` is C, without the name. */
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly how: 'registers' | 'value';
  }[];
  /** Numbers that a return probe has from the entry: the parameter `saved`, kept by its members. */
  readonly saved?: PlanFrame;
}

/** A handler's body without `struct tapc_hit`: `bool`, false where the whole handler must run, and nothing has been done. */
export interface PlanLight {
  /** `tapc_light_2`. */
  readonly name: string;
  readonly variables: readonly PlanVariable[];
  readonly steps: readonly Step[];
  readonly mayFail: boolean;
  /** It must stay on its CPU. */
  readonly pinned: boolean;
  /** It calls what may be probed. */
  readonly guarded: boolean;
}

export interface PlanEntry extends PlanBody {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Tag and fields of the struct that carries values from the entry to the return. */
  readonly saved: PlanFrame;
}

/** One global variable of the script: a plain C variable, or instances of templates of the runtime. */
export type PlanGlobal = PlanPlainGlobal | PlanTemplateGlobal;

interface PlanGlobalBase {
  /** As the script calls it. */
  readonly name: string;
  readonly where: Where;
  /** Name of its lock, where handlers exclude each other over it. */
  readonly lock?: string;
}

export interface PlanPlainGlobal extends PlanGlobalBase {
  readonly kind: 'variable';
  readonly variable: PlanVariable;
  /** Never assigned. */
  readonly constant: boolean;
}

export interface PlanTemplateGlobal extends PlanGlobalBase {
  readonly kind: 'template';
  readonly parts: readonly PlanTemplatePart[];
}

export interface PlanTemplatePart {
  /** Path from the root of the package: `runtime/map/map.c.hbs`. */
  readonly template: string;
  readonly view: object;
  /** Names of the items taken of what it renders. */
  readonly items: readonly string[];
  /** Their C. */
  readonly code: string;
}

/** Room for the entries of an array in the order that one `foreach` asks for. */
export interface PlanOrder {
  readonly name: string;
  /** C constant: how many at most. */
  readonly entries: string;
  /** One for each depth of recursion. */
  readonly nested: boolean;
  readonly code: string;
}

export interface PlanFamily {
  readonly name: string;
  /** Path from the root of the package. */
  readonly template: string;
  readonly view: object;
  /** C lines before the handler bodies, for the types of their parameters. */
  readonly declarations: readonly string[];
  readonly attach?: string;
  readonly detach?: string;
  readonly missed?: string;
  /** It may go on without places that the kernel refuses. */
  readonly refuses: boolean;
  /** Functions that run handlers before and after all others. */
  readonly opening?: string;
  readonly closing?: string;
  /** What the template renders. */
  readonly code: string;
}

export interface PlanRuntimePart {
  readonly facility: string;
  readonly file: string;
  /** Names that the items taken define, in the order in which they are written. */
  readonly items: readonly string[];
  /** Their C. */
  readonly code: string;
}

export interface ModulePlan {
  readonly module: string;
  readonly version: string;
  readonly kernel: { readonly release: string; readonly arch: string };
  /** Display name of the script. */
  readonly script: string;
  /** Macros written first, in order: `TAPC_STRLEN` and its kin. */
  readonly parameters: readonly { readonly name: string; readonly value: string; readonly comment: string }[];
  /** Top-level `%{ … %}` blocks. */
  readonly embeddedC: readonly string[];
  readonly globals: readonly PlanGlobal[];
  readonly orders: readonly PlanOrder[];
  readonly formats: readonly PlanFormat[];
  readonly regexes: readonly PlanRegex[];
  readonly functions: readonly PlanFunction[];
  readonly handlers: readonly PlanHandler[];
  readonly families: readonly PlanFamily[];
  /** What the core's template makes of the tables: probes, families, memory, the status, init and exit. */
  readonly life: { readonly template: string; readonly view: object; readonly code: string };
  /** Runtime items, in the order they are written, by facility. */
  readonly runtime: readonly PlanRuntimePart[];
  /** Angle-bracket includes, sorted: `linux/module.h`. */
  readonly headers: readonly string[];
  /** Kernel symbols that the module imports, sorted. */
  readonly imports: readonly string[];
  /** Layout facts that the module asserts when it is built. */
  readonly assertions: readonly PlanAssertion[];
  /** Members that the code reads by their offset, those of types that no header shows included. */
  readonly members: readonly PlanAssertion[];
}

/** The plan as JSON, without the text of the runtime and of the templates. */
export function planJson(plan: ModulePlan): string {
  return JSON.stringify(plan, (key, value: unknown) => (key === 'code' ? undefined : value), 2);
}

export interface PlanAssertion {
  /** `struct file`. */
  readonly type: string;
  readonly member: string;
  readonly offset: number;
}
