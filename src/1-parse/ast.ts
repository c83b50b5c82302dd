/**
 * The syntax tree of a script: what phase 1 hands to phase 2.
 *
 * Plain readonly data; every node has a `kind` and a `span`. The names follow the SystemTap language
 * reference. `print(parse(x))` parses to the same tree but for spans.
 */

/** A half-open range of UTF-16 offsets in one source. `via` is the macro use that the text came through. */
export interface Span {
  /** Name of the source as diagnostics show it: a path, `<-e>` or `<stdin>`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly via?: Span;
}

/** A source text by the name that spans use. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

interface Node<K extends string> {
  readonly kind: K;
  readonly span: Span;
}

export interface Script {
  readonly file: string;
  readonly items: readonly Item[];
}

export type Item = ProbeItem | AliasItem | GlobalItem | FunctionItem | EmbeddedCItem;

export interface ProbeItem extends Node<'probe'> {
  readonly points: readonly ProbePoint[];
  readonly body: Block;
  readonly doc?: string;
}

/** `probe NAME = POINTS { prologue }`, or with `+=` an epilogue. */
export interface AliasItem extends Node<'alias'> {
  /** `probe a = b = POINTS` has two. */
  readonly names: readonly ProbePoint[];
  /** What `body` is to the probe that uses the alias. */
  readonly mode: 'prologue' | 'epilogue';
  readonly points: readonly ProbePoint[];
  readonly body: Block;
  /** `probe NAME = POINTS { prologue }, { epilogue }`. */
  readonly epilogue?: Block;
  /** The comment that stands directly before the item, without comment marks. */
  readonly doc?: string;
}

export interface GlobalItem extends Node<'global'> {
  readonly private: boolean;
  readonly variables: readonly GlobalVariable[];
}

export interface GlobalVariable extends Node<'global-variable'> {
  readonly name: string;
  /** `[N]`: the most entries the array may hold. */
  readonly size?: bigint;
  /** `%`: when the array is full, the oldest entry makes room. */
  readonly wrap: boolean;
  readonly init?: NumberLiteral | StringLiteral;
  /** `:long` and its kin, where a declaration has one. */
  readonly type?: TypeName;
}

export type TypeName = 'long' | 'string' | 'stats';

export interface FunctionItem extends Node<'function'> {
  readonly name: string;
  readonly private: boolean;
  readonly type?: TypeName;
  readonly params: readonly Parameter[];
  readonly priority?: bigint;
  readonly body: Block | EmbeddedC;
  readonly doc?: string;
}

export interface Parameter extends Node<'parameter'> {
  readonly name: string;
  readonly type?: TypeName;
}

/** `%{ … %}` at the top level. */
export interface EmbeddedCItem extends Node<'embedded-c-item'> {
  readonly code: string;
}

/** `%{ … %}` as a function's body or a statement. `code` is what stands between the marks, as written. */
export interface EmbeddedC extends Node<'embedded-c'> {
  readonly code: string;
}

export interface ProbePoint extends Node<'probe-point'> {
  /** Braces are expanded by the parser: `a.{b,c}` gives two points. */
  readonly components: readonly PointComponent[];
  /** `?` may match nothing; `!` may match nothing and, if it matches, ends the list. */
  readonly suffix?: '?' | '!';
  readonly condition?: Expr;
}

export interface PointComponent extends Node<'point-component'> {
  /** May hold the wildcards `*` and `**`. */
  readonly name: string;
  readonly arg?: NumberLiteral | StringLiteral;
}

export type Statement =
  | Block
  | ExprStatement
  | IfStatement
  | WhileStatement
  | ForStatement
  | ForeachStatement
  | ReturnStatement
  | DeleteStatement
  | TryStatement
  | EmbeddedC
  | Node<'break'>
  | Node<'continue'>
  | Node<'next'>
  | Node<'empty'>;

export interface Block extends Node<'block'> {
  readonly statements: readonly Statement[];
}

export interface ExprStatement extends Node<'expr-statement'> {
  readonly expr: Expr;
}

export interface IfStatement extends Node<'if'> {
  readonly condition: Expr;
  readonly then: Statement;
  readonly else?: Statement;
}

export interface WhileStatement extends Node<'while'> {
  readonly condition: Expr;
  readonly body: Statement;
}

export interface ForStatement extends Node<'for'> {
  readonly init?: Expr;
  readonly condition?: Expr;
  readonly step?: Expr;
  readonly body: Statement;
}

/** `foreach (value = [k1+, k2] in array[s1, *] limit N) …` */
export interface ForeachStatement extends Node<'foreach'> {
  readonly value?: Identifier;
  readonly keys: readonly Identifier[];
  /** The array, or a `@hist_log(…)` / `@hist_linear(…)` whose buckets are walked. */
  readonly array: Identifier | Index | StatOp;
  /** Which keys the walk is limited to; `*` as undefined. Empty without a slice. */
  readonly slice: readonly (Expr | undefined)[];
  readonly sort?: ForeachSort;
  readonly limit?: Expr;
  readonly body: Statement;
}

export interface ForeachSort {
  /** 0 sorts by value, n by the n-th key. */
  readonly column: number;
  readonly direction: 'ascending' | 'descending';
  /** `@sum+` and its kin: which aggregate of a statistic to sort by. */
  readonly by?: 'count' | 'sum' | 'min' | 'max' | 'avg' | 'variance';
}

export interface ReturnStatement extends Node<'return'> {
  readonly value?: Expr;
}

/** `delete x`, `delete a[k]`, `delete a[*, k]`. */
export interface DeleteStatement extends Node<'delete'> {
  readonly target: Expr;
}

export interface TryStatement extends Node<'try'> {
  readonly body: Block;
  /** `catch (name)`: receives the message. */
  readonly name?: Identifier;
  readonly handler: Block;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | Identifier
  | Index
  | Call
  | Unary
  | Binary
  | Ternary
  | Assign
  | IncDec
  | InExpr
  | RegexMatch
  | StatOp
  | TargetVariable
  | Cast
  | AtVar
  | Autocast
  | AtOp
  | EmbeddedCExpr;

export interface NumberLiteral extends Node<'number'> {
  /** Wrapped to signed 64 bits. */
  readonly value: bigint;
  /** As written: `0x1f`, `'c'`. */
  readonly text: string;
}

export interface StringLiteral extends Node<'string'> {
  /** Escapes decoded, adjacent literals joined. Each char is one byte (latin-1 of the UTF-8 bytes). */
  readonly value: string;
}

export interface Identifier extends Node<'identifier'> {
  readonly name: string;
}

export interface Index extends Node<'index'> {
  readonly base: Identifier | StatOp;
  /** `*` (in `delete a[*]`, `foreach (… in a[*, 1])`) as undefined. */
  readonly keys: readonly (Expr | undefined)[];
}

export interface Call extends Node<'call'> {
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface Unary extends Node<'unary'> {
  readonly op: '-' | '+' | '!' | '~';
  readonly operand: Expr;
}

export type BinaryOp =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '.'
  | '<<'
  | '>>'
  | '>>>'
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

export interface Binary extends Node<'binary'> {
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
}

export interface Ternary extends Node<'ternary'> {
  readonly condition: Expr;
  readonly then: Expr;
  readonly else: Expr;
}

export interface Assign extends Node<'assign'> {
  readonly op:
    | '='
    | '<<<'
    | '+='
    | '-='
    | '*='
    | '/='
    | '%='
    | '<<='
    | '>>='
    | '>>>='
    | '&='
    | '^='
    | '|='
    | '.=';
  readonly target: Expr;
  readonly value: Expr;
}

export interface IncDec extends Node<'inc-dec'> {
  readonly op: '++' | '--';
  readonly prefix: boolean;
  readonly target: Expr;
}

/** `[k1, k2] in array`, `k in array`, or `n in @hist_log(s)`. */
export interface InExpr extends Node<'in'> {
  readonly keys: readonly (Expr | undefined)[];
  readonly array: Identifier | StatOp;
}

export interface RegexMatch extends Node<'regex-match'> {
  readonly negated: boolean;
  readonly subject: Expr;
  readonly pattern: StringLiteral;
}

export type StatOpName = 'count' | 'sum' | 'min' | 'max' | 'avg' | 'variance' | 'hist_log' | 'hist_linear';

/** `@count(x)`, `@variance(x, shift)`, `@hist_linear(x, low, high, width)`. */
export interface StatOp extends Node<'stat-op'> {
  readonly op: StatOpName;
  readonly stat: Expr;
  readonly params: readonly Expr[];
}

/** A path of accesses after a target variable: `->a`, `.a`, `[i]`; `$` and `$$` print it. */
export type Access =
  | { readonly kind: 'member'; readonly name: string; readonly span: Span }
  | { readonly kind: 'index'; readonly index: Expr; readonly span: Span };

/** `$name->path`, `&$name->path`, `$name$$`. `name` has its `$` or `$$`. */
export interface TargetVariable extends Node<'target'> {
  readonly name: string;
  readonly path: readonly Access[];
  readonly addressOf: boolean;
  readonly pretty?: '$' | '$$';
}

/** `@cast(expr, "type", "module")->path`. */
export interface Cast extends Node<'cast'> {
  readonly operand: Expr;
  readonly type: string;
  readonly module?: string;
  readonly path: readonly Access[];
  readonly addressOf: boolean;
  readonly pretty?: '$' | '$$';
}

/** `@var("name@file", "module")->path`. */
export interface AtVar extends Node<'at-var'> {
  readonly name: string;
  readonly module?: string;
  readonly path: readonly Access[];
  readonly addressOf: boolean;
  readonly pretty?: '$' | '$$';
}

/** `expr->path`, `expr[i]` on what is no array, `&expr->path`: a member of whatever type the value is known to point to. */
export interface Autocast extends Node<'autocast'> {
  readonly operand: Expr;
  readonly path: readonly Access[];
  readonly addressOf: boolean;
  readonly pretty?: '$' | '$$';
}

/** The `@` operators that take plain arguments: `@entry(e)`, `@defined(e)`, `@const("C")` … */
export interface AtOp extends Node<'at-op'> {
  readonly op:
    | 'entry'
    | 'defined'
    | 'choose_defined'
    | 'const'
    | 'enum'
    | 'perf'
    | 'probewrite'
    | 'kderef'
    | 'uderef'
    | 'kregister'
    | 'uregister';
  readonly args: readonly Expr[];
}

/** `%{ … %}` as an expression. */
export interface EmbeddedCExpr extends Node<'embedded-c-expr'> {
  readonly code: string;
}
