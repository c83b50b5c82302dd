/** `@define`d macros: collecting them, and putting their bodies where they are used. */
import type { Span } from './ast.ts';
import { KIND, type Problem, type Token, tokenSpan } from './tokens.ts';

export interface Macro {
  readonly name: string;
  /** Undefined for a macro without a parameter list. */
  readonly params: readonly string[] | undefined;
  readonly body: readonly Token[];
  readonly span: Span;
}

/** Macros by name, as a use asks for them. */
export interface MacroTable {
  get(name: string): Macro | undefined;
}

/** More tokens than this from macros in one file are taken for a mistake. */
const MAX_EXPANSION = 1_000_000;
const MAX_DEPTH = 100;
const AT = '@'.charCodeAt(0);

export interface Expanded {
  readonly tokens: readonly Token[];
  /** The macros that the tokens themselves define. */
  readonly defined: ReadonlyMap<string, Macro>;
}

/** Takes the definitions out of the tokens and replaces the uses, also in branches that a condition skips. */
export function expandMacros(tokens: readonly Token[], library: MacroTable): Expanded {
  if (!tokens.some(mayBeUse)) return { tokens, defined: new Map() };
  const expander = new Expander(library);
  expander.run(tokens, undefined, []);
  if (expander.overflow !== undefined) return { tokens: [expander.overflow], defined: expander.defined };
  return { tokens: expander.out, defined: expander.defined };
}

/** A macro or parameter may have the name of an operator, and then goes before it. */
function mayBeUse(token: Token): boolean {
  return token.text.charCodeAt(0) === AT && token.kind !== KIND.string && token.kind !== KIND.embeddedC;
}

/** Where the definition that begins at `at` ends, exclusive; undefined when it is malformed. */
export function definitionEnd(tokens: readonly Token[], at: number): number | undefined {
  const definition = readDefinition(tokens, at);
  return 'macro' in definition ? definition.end : undefined;
}

type Definition =
  | { readonly macro: Macro; readonly end: number }
  | { readonly problem: Token; readonly end: number };

function readDefinition(tokens: readonly Token[], at: number): Definition {
  const define = tokens[at];
  const name = tokens[at + 1];
  if (define === undefined) throw new RangeError('no token to read a definition at');
  if (name === undefined || !/^[A-Za-z_]/.test(name.text) || name.kind === KIND.string) {
    return bad(define, at + 1, 'after @define comes the name of the macro');
  }
  let i = at + 2;
  let params: string[] | undefined;
  if (tokens[i]?.kind === KIND.openParen) {
    params = [];
    do {
      const param = tokens[++i];
      if (param?.kind !== KIND.identifier)
        return bad(param ?? name, i, 'the name of a macro parameter is missing');
      params.push(param.text);
      i += 1;
    } while (tokens[i]?.kind === KIND.comma);
    const close = tokens[i];
    if (close?.kind !== KIND.closeParen)
      return bad(close ?? name, i, 'the parameters of a macro end with ‘)’');
    i += 1;
  }
  if (tokens[i]?.kind !== KIND.ppOpen)
    return bad(tokens[i] ?? name, i, 'the body of a macro stands in %( … %)');
  const end = closingMark(tokens, i);
  if (end === undefined) {
    return bad(tokens[i] ?? name, tokens.length, 'the body of this macro is never closed with %)');
  }
  return {
    macro: { name: name.text, params, body: tokens.slice(i + 1, end), span: tokenSpan(name) },
    end: end + 1,
  };
}

function bad(token: Token, end: number, message: string): Definition {
  const hints = ['A macro is defined as: @define NAME(PARAMETERS) %( BODY %)'];
  return { problem: withProblem(token, { code: 'bad-define', message, hints }), end };
}

/** The place of the `%)` for the `%(` at `open`. */
function closingMark(tokens: readonly Token[], open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const kind = tokens[i]?.kind;
    if (kind === KIND.ppOpen) depth += 1;
    else if (kind === KIND.ppClose && --depth === 0) return i;
  }
  return undefined;
}

function withProblem(token: Token, problem: Problem): Token {
  return { ...token, kind: KIND.bad, problem };
}

/** A use that cannot be replaced passes for a number, so that no second mistake is seen where its body is missing. */
function brokenUse(token: Token, problem: Problem): Token {
  return { ...token, kind: KIND.number, text: '0', problem };
}

type Arguments = ReadonlyMap<string, readonly Token[]>;

class Expander {
  readonly out: Token[] = [];
  readonly defined = new Map<string, Macro>();
  /** Says that the macros made too much; what they made is of no use then. */
  overflow: Token | undefined;
  readonly #library: MacroTable;
  #made = 0;
  /** Macro bodies and arguments that are being replaced within each other. */
  #depth = 0;

  constructor(library: MacroTable) {
    this.#library = library;
  }

  run(tokens: readonly Token[], scope: Arguments | undefined, active: readonly Macro[]): void {
    for (let i = 0; i < tokens.length; ) {
      const token = tokens[i];
      if (token === undefined || this.#made > MAX_EXPANSION) break;
      if (token.text === '@define' && token.kind === KIND.macro) i = this.#define(tokens, i, active);
      else if (mayBeUse(token)) i = this.#use(tokens, i, scope, active);
      else {
        this.#push(token, active);
        i += 1;
      }
    }
  }

  #push(token: Token, active: readonly Macro[]): void {
    if (active.length === 0 || this.#counts(token)) this.out.push(token);
  }

  /** Counts something that comes of macros; false, and told once, when there is too much of it. */
  #counts(token: Token): boolean {
    this.#made += 1;
    if (this.#made === MAX_EXPANSION) {
      const message = `macros make more than ${MAX_EXPANSION} words and signs of this file`;
      this.overflow = withProblem(token, { code: 'macro-too-large', message });
      this.#made += 1;
    }
    return this.#made < MAX_EXPANSION;
  }

  #define(tokens: readonly Token[], at: number, active: readonly Macro[]): number {
    const define = tokens[at];
    const definition = readDefinition(tokens, at);
    if ('problem' in definition) {
      this.out.push(definition.problem);
      return definition.end;
    }
    const { macro, end } = definition;
    const earlier = this.defined.get(macro.name);
    if (define !== undefined && macro.name === 'define') {
      const message = '@define cannot be defined anew';
      this.out.push(withProblem(tokens[at + 1] ?? define, { code: 'bad-define', message }));
    } else if (define !== undefined && active.length > 0) {
      const message = 'a macro cannot define another macro';
      this.out.push(withProblem(define, { code: 'nested-define', message }));
    } else if (define !== undefined && earlier !== undefined) {
      this.out.push(
        withProblem(tokens[at + 1] ?? define, {
          code: 'duplicate-macro',
          message: `the macro @${macro.name} is defined twice in this file`,
          notes: [{ message: 'first defined here', span: earlier.span }],
        }),
      );
    } else {
      this.defined.set(macro.name, macro);
    }
    return end;
  }

  #use(tokens: readonly Token[], at: number, scope: Arguments | undefined, active: readonly Macro[]): number {
    const use = tokens[at];
    if (use === undefined) return at + 1;
    const name = use.text.slice(1);
    const argument = scope?.get(name);
    if (argument !== undefined) {
      for (const token of argument) this.#push(token, active);
      return at + 1;
    }
    const macro = this.defined.get(name) ?? this.#library.get(name);
    if (macro === undefined) {
      // An operator of that name needs no macro.
      const operator = use.kind !== KIND.macro;
      this.#push(operator ? use : brokenUse(use, this.#unknown(name)), active);
      return at + 1;
    }
    if (!this.#counts(use)) return at + 1;
    if (this.#depth >= MAX_DEPTH) {
      const message = 'macro uses nest too deep here';
      this.out.push(brokenUse(use, { code: 'macro-too-large', message }));
      return at + 1;
    }
    if (active.includes(macro)) {
      const message = `the macro @${name} uses itself`;
      const notes = [{ message: 'defined here', span: macro.span }];
      this.out.push(brokenUse(use, { code: 'recursive-macro', message, notes }));
      return at + 1;
    }
    const call = macro.params === undefined ? { args: [], end: at + 1 } : readArguments(tokens, at, macro);
    if ('problem' in call) {
      this.out.push(call.problem);
      return call.end;
    }
    const bound = new Map<string, readonly Token[]>();
    for (const [i, param] of (macro.params ?? []).entries()) {
      bound.set(param, this.#expanded(call.args[i] ?? [], scope, active));
    }
    const via = tokenSpan(use);
    const body = macro.body.map((token) => ({ ...token, via }));
    this.#depth += 1;
    this.run(body, bound, [...active, macro]);
    this.#depth -= 1;
    return call.end;
  }

  /** The tokens of an argument with the macros in it replaced, as the place of the call sees them. */
  #expanded(
    tokens: readonly Token[],
    scope: Arguments | undefined,
    active: readonly Macro[],
  ): readonly Token[] {
    if (!tokens.some(mayBeUse)) return tokens;
    const from = this.out.length;
    this.#depth += 1;
    this.run(tokens, scope, active);
    this.#depth -= 1;
    return this.out.splice(from);
  }

  #unknown(name: string): Problem {
    return {
      code: 'unknown-macro',
      message: `there is no macro or operator @${name}`,
      hints: name === 'define' ? [] : ['A macro can be used below its @define.'],
    };
  }
}

type MacroArguments =
  | { readonly args: readonly (readonly Token[])[]; readonly end: number }
  | { readonly problem: Token; readonly end: number };

/** The arguments of the use at `at`: split at the commas that stand in no bracket. */
function readArguments(tokens: readonly Token[], at: number, macro: Macro): MacroArguments {
  const use = tokens[at];
  if (use === undefined) throw new RangeError('no token to read a macro use at');
  const expected = macro.params?.length ?? 0;
  const wrong = (end: number, message: string): MacroArguments => ({
    problem: brokenUse(use, {
      code: 'macro-arguments',
      message,
      notes: [{ message: `@${macro.name} is defined here`, span: macro.span }],
    }),
    end,
  });
  if (tokens[at + 1]?.kind !== KIND.openParen) {
    return wrong(
      at + 1,
      `the macro @${macro.name} takes ${expected} argument${expected === 1 ? '' : 's'} in parentheses`,
    );
  }
  const args: Token[][] = [];
  let current: Token[] = [];
  let depth = 0;
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (isOpening(token.kind) && depth++ === 0) continue;
    if (isClosing(token.kind) && --depth === 0) {
      args.push(current);
      if (args.length === expected) return { args, end: i + 1 };
      return wrong(
        i + 1,
        `the macro @${macro.name} takes ${expected} argument${expected === 1 ? '' : 's'}, not ${args.length}`,
      );
    }
    if (depth === 1 && token.kind === KIND.comma) {
      args.push(current);
      current = [];
    } else {
      current.push(token);
    }
  }
  return wrong(tokens.length, `the arguments of @${macro.name} are never closed with ‘)’`);
}

function isOpening(kind: string): boolean {
  return kind === KIND.openParen || kind === KIND.openBracket || kind === KIND.openBrace;
}

function isClosing(kind: string): boolean {
  return kind === KIND.closeParen || kind === KIND.closeBracket || kind === KIND.closeBrace;
}
