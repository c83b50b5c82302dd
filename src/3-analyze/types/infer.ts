/** The state of type inference and the three things that can be asked of it: a value, a type, equality. */
import type { Expr, Span, TypeName } from '../../1-parse/ast.ts';
import type { ProgramGlobal, Symbols } from '../../2-resolve/program.ts';
import type { Diagnostics, Note } from '../../diagnostics/diagnostic.ts';
import type { CType } from '../../kernel/btf/ctype.ts';
import type { Unit } from '../units.ts';
import type { Elided } from '../walk.ts';
import { type Evidence, find, freshClass, merge, type TypeClass } from './classes.ts';
import type { GlobalClasses, Variables } from './variables.ts';
import { describe, typeWord } from './words.ts';

export interface InferenceInput {
  readonly symbols: Symbols;
  readonly elided: Elided;
  readonly diagnostics: Diagnostics;
  readonly variables: Variables;
  /** C type of what a target variable, cast … yields; undefined for strings and what is not known. */
  readonly cTypeOf: (expr: Expr) => CType | undefined;
  /** Whether a kernel value is a text. */
  readonly isText: (expr: Expr) => boolean;
  /** Units that no script has written: what does not fit there has been told where it was written. */
  readonly quiet: ReadonlySet<Unit>;
}

/** A place where a value is needed: checked when all types are known. */
export interface ValueUse {
  readonly expr: Expr;
  readonly of: TypeClass;
  readonly unit: Unit | undefined;
}

export class Inference {
  readonly input: InferenceInput;
  readonly exprs = new Map<Expr, TypeClass>();
  readonly uses: ValueUse[] = [];
  /** Expressions that something has been said about. */
  readonly told = new Set<Expr>();
  /** To be done when all else is: what depends on whether an array holds statistics. */
  readonly later: (() => void)[] = [];
  /** What is being read now. */
  unit: Unit | undefined;

  constructor(input: InferenceInput) {
    this.input = input;
  }

  /** Lets go of what only messages and checks needed: on a big program, a tenth of all memory. */
  forget(): void {
    this.uses.length = 0;
    this.later.length = 0;
    for (const of of this.exprs.values()) find(of).evidence = undefined;
  }

  error(
    code: string,
    span: Span,
    message: string,
    hints: readonly string[] = [],
    notes: readonly Note[] = [],
  ): void {
    if (this.isQuiet(this.unit)) return;
    this.input.diagnostics.error(code, span, message, { hints, notes });
  }

  isQuiet(unit: Unit | undefined): boolean {
    return unit !== undefined && this.input.quiet.has(unit);
  }

  /** The class of a local of the unit that is being read. */
  local(name: string): TypeClass {
    return this.unit === undefined ? freshClass() : this.input.variables.local(this.unit, name);
  }

  /** Remembers that `expr` belongs to `of`. */
  record(expr: Expr, of: TypeClass): TypeClass {
    this.exprs.set(expr, of);
    return of;
  }

  /** Settles that `expr`, which is in `of`, is of this type; `role` names what needs it: `an operand of "+"`. */
  settle(expr: Expr, of: TypeClass, type: TypeName, role: string): void {
    const root = find(of);
    if (root.type === undefined) {
      root.type = type;
      root.evidence = { span: expr.span, why: role };
      return;
    }
    if (root.type === type || root.reported) return;
    this.told.add(expr);
    this.error(
      'type-mismatch',
      expr.span,
      `${describe(expr)} is ${typeWord(root.type)}, but ${role} must be ${typeWord(type)}`,
      conversionHints(root.type, type, expr, role),
      evidenceNotes([root.evidence], root.type, expr.span),
    );
    if (expr.kind === 'number' || expr.kind === 'string') root.reported = true;
  }

  /** Makes two classes one; where they cannot be, says so at `span`. */
  unify(span: Span, left: TypeClass, right: TypeClass, what: (left: string, right: string) => string): void {
    if (merge(left, right)) return;
    const a = find(left);
    const b = find(right);
    if (a.type === undefined || b.type === undefined || a.reported || b.reported) return;
    this.error(
      'type-mismatch',
      span,
      what(typeWord(a.type), typeWord(b.type)),
      conversionHints(b.type, a.type, undefined, ''),
      [...evidenceNotes([a.evidence], a.type, span), ...evidenceNotes([b.evidence], b.type, span)],
    );
  }

  /** The classes of a global used with `count` keys; undefined, after an error, where it has another number. */
  keysOf(global: ProgramGlobal, count: number, span: Span): readonly TypeClass[] | undefined {
    const classes = this.input.variables.globals.get(global);
    if (classes === undefined) return undefined;
    classes.firstUse ??= span;
    const name = global.variable.name;
    if (classes.keys === undefined) {
      if (count === 0 && declaredArray(classes)) {
        this.error(
          'array-as-scalar',
          span,
          `"${name}" is declared as an array but used without a key`,
          [`write ${name}[KEY], or take the size off its declaration`],
          [{ message: 'it is declared here', span: global.variable.span }],
        );
        return undefined;
      }
      classes.keys = Array.from({ length: count }, () => freshClass());
      classes.keysFrom = span;
      return classes.keys;
    }
    if (classes.keys.length === count) return classes.keys;
    this.#reportKeys(classes, count, span);
    return undefined;
  }

  #reportKeys(classes: GlobalClasses, count: number, span: Span): void {
    const name = classes.global.variable.name;
    const had = classes.keys?.length ?? 0;
    const note = {
      message: had === 0 ? 'it is a single value here' : `it has ${countOf(had, 'key')} here`,
      span: classes.keysFrom,
    };
    if (had === 0) {
      this.error('scalar-as-array', span, `"${name}" is a single value and takes no key`, [], [note]);
    } else if (count === 0) {
      this.error(
        'array-as-scalar',
        span,
        `"${name}" is an array; it needs ${countOf(had, 'key')}`,
        [`foreach walks all of an array, \`delete ${name}\` empties it`],
        [note],
      );
    } else {
      this.error('wrong-key-count', span, `"${name}" has ${countOf(had, 'key')}, not ${count}`, [], [note]);
    }
  }
}

function declaredArray(classes: GlobalClasses): boolean {
  return classes.global.variable.size !== undefined || classes.global.variable.wrap;
}

export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function evidenceNotes(all: readonly (Evidence | undefined)[], type: TypeName, at: Span): Note[] {
  return all.flatMap((evidence) => {
    if (evidence === undefined) return [];
    const same =
      evidence.span.file === at.file && evidence.span.start === at.start && evidence.span.end === at.end;
    return same
      ? []
      : [{ message: `${typeWord(type)} because of ${evidence.why} here`, span: evidence.span }];
  });
}

function conversionHints(has: TypeName, needs: TypeName, expr: Expr | undefined, role: string): string[] {
  if (has === 'stats') {
    const name = expr?.kind === 'identifier' ? expr.name : 's';
    return [
      `read a statistic with @count(${name}), @sum(${name}), @min(${name}), @max(${name}) or @avg(${name})`,
    ];
  }
  if (needs === 'stats') return ['a statistic is filled with `<<<` only'];
  if (role.includes('"+"')) return ['strings are joined with `.`: "a" . "b"'];
  if (role.includes('condition')) return ['s != "" asks whether a string is not empty'];
  return needs === 'string'
    ? ['sprint(x) or sprintf("%d", x) makes a string of a number']
    : ['strtol(s, 10) makes a number of a string'];
}
