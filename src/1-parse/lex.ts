/** Characters to tokens. Never throws; what is wrong with a token travels with it as its `problem`. */
import type { Source } from './ast.ts';
import { decodeString } from './literals.ts';
import { isKeyword, KIND, kindOfText, type Problem, SYMBOLS, type Token } from './tokens.ts';

export interface Comment {
  readonly start: number;
  readonly end: number;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  /** In order, line comments each by itself. */
  readonly comments: readonly Comment[];
  /** Which of the script's arguments stand somewhere, from 1. */
  readonly named: ReadonlySet<number>;
}

/** Ten times what SystemTap's largest tapset file has; the memory for more would be missed elsewhere. */
const MAX_TOKENS = 1_000_000;

const NAME = /[A-Za-z0-9_$]*/y;
const NUMBER = /[A-Za-z0-9]*/y;
const ARGUMENT = /[$@](?:[0-9]+|[#*])/y;
const STRING_PART = /[^"\\\n]*/y;
const SPACE = /[ \t\r\n\f\v]+/y;
const SYMBOL_KINDS = symbolTable();

/** Symbols by their first character, longest first. */
function symbolTable(): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const table = new Map<string, (readonly [string, string])[]>();
  for (const symbol of SYMBOLS) {
    const first = symbol.charAt(0);
    const list = table.get(first) ?? [];
    list.push([symbol, kindOfText(symbol) ?? KIND.bad]);
    table.set(first, list);
  }
  return table;
}

/**
 * The tokens of a source. `$1 @1 $# @# $* @*` become the tokens of the script's arguments, which stand
 * where the `$1` stands. Without `args` each stays one token, with the problem `missing-argument`.
 */
export function lex(source: Source, args: readonly string[] | undefined): Lexed {
  return new Lexer(source, args).run();
}

class Lexer {
  readonly #file: string;
  readonly #text: string;
  readonly #args: readonly string[] | undefined;
  readonly #tokens: Token[] = [];
  readonly #comments: Comment[] = [];
  readonly #named = new Set<number>();
  #at = 0;

  constructor(source: Source, args: readonly string[] | undefined) {
    this.#file = source.file;
    this.#text = source.text;
    this.#args = args;
  }

  run(): Lexed {
    const text = this.#text;
    // A script may begin with a byte order mark.
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1;
    while (this.#at < text.length && this.#tokens.length < MAX_TOKENS) this.#next();
    if (this.#at < text.length) {
      const message = `this script has more than ${MAX_TOKENS} words and signs`;
      this.#token(KIND.bad, this.#at + 1, { code: 'script-too-large', message });
    }
    return { tokens: this.#tokens, comments: this.#comments, named: this.#named };
  }

  #next(): void {
    const c = this.#text.charCodeAt(this.#at);
    if (c === 32 || (c >= 9 && c <= 13)) this.#at = this.#match(SPACE);
    else if (isNameStart(c)) this.#name();
    else if (isDigit(c)) this.#token(KIND.number, this.#match(NUMBER));
    else if (c === 34) this.#string();
    else if (c === 36 || c === 64) this.#dollarOrAt();
    else if (c === 35) this.#lineComment();
    else if (c === 47 && this.#peek(1) === '/') this.#lineComment();
    else if (c === 47 && this.#peek(1) === '*') this.#blockComment();
    else if (c === 37 && this.#peek(1) === '{') this.#embeddedC();
    else this.#symbol();
  }

  #peek(ahead: number): string {
    return this.#text.charAt(this.#at + ahead);
  }

  /** Where a match of a sticky pattern at the current place ends. */
  #match(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text) ? pattern.lastIndex : this.#at;
  }

  #token(kind: string, end: number, problem?: Problem, text = this.#text.slice(this.#at, end)): void {
    this.#tokens.push({ kind, text, file: this.#file, start: this.#at, end, via: undefined, problem });
    this.#at = end;
  }

  #name(): void {
    const end = this.#match(NAME);
    const text = this.#text.slice(this.#at, end);
    const kind = isKeyword(text) ? (kindOfText(text) ?? KIND.bad) : KIND.identifier;
    this.#token(kind, end, undefined, text);
  }

  #string(): void {
    const start = this.#at;
    const text = this.#text;
    let escapes = false;
    let end = start + 1;
    // A loop, for a single pattern with a choice in it overflows its stack on a long string.
    for (;;) {
      STRING_PART.lastIndex = end;
      STRING_PART.test(text);
      end = STRING_PART.lastIndex;
      if (text.charCodeAt(end) !== 92 || end + 1 >= text.length) break;
      escapes = true;
      end += 2;
    }
    const inside = text.slice(start + 1, end);
    if (text.charCodeAt(end) === 34) {
      this.#token(KIND.string, end + 1, escapes ? decodeString(inside).problem : undefined, inside);
    } else {
      this.#token(KIND.string, end, unterminatedString(), inside);
    }
  }

  #dollarOrAt(): void {
    const end = this.#match(ARGUMENT);
    if (end > this.#at) {
      this.#argument(end);
      return;
    }
    const name = this.#text.charCodeAt(this.#at) === 64 ? '@' : '$';
    this.#at += 1;
    const nameEnd = this.#match(NAME);
    this.#at -= 1;
    const text = this.#text.slice(this.#at, nameEnd);
    if (name === '$') this.#token(/^\$\$?$/.test(text) ? KIND.pretty : KIND.target, nameEnd);
    else if (text === '@') this.#token(KIND.bad, nameEnd, strayCharacter('@'));
    else this.#token(kindOfText(text) ?? KIND.macro, nameEnd);
  }

  #argument(end: number): void {
    const reference = this.#text.slice(this.#at, end);
    const quoted = reference.startsWith('@');
    const which = reference.slice(1);
    const text = this.#argumentText(which);
    if (text === undefined) {
      this.#token(
        quoted ? KIND.string : KIND.number,
        end,
        this.#missingArgument(reference),
        quoted ? '' : '0',
      );
    } else if (quoted) {
      this.#token(KIND.string, end, undefined, quoteArgument(text));
    } else {
      this.#splice(text, reference, end);
    }
  }

  #argumentText(which: string): string | undefined {
    if (this.#args === undefined) return undefined;
    if (which === '#') return String(this.#args.length);
    if (which === '*') {
      for (const i of this.#args.keys()) this.#named.add(i + 1);
      return this.#args.join(' ');
    }
    this.#named.add(Number(which));
    return this.#args[Number(which) - 1];
  }

  #missingArgument(reference: string): Problem {
    const count = this.#args?.length ?? 0;
    const given =
      count === 0
        ? 'no arguments were given'
        : `only ${count} argument${count === 1 ? ' was' : 's were'} given`;
    return {
      code: 'missing-argument',
      message: `${reference} stands for a script argument, but ${given}`,
      hints: ['Arguments come after the script on the command line.'],
    };
  }

  /** Puts the tokens of an argument here; its last name or number runs on into what follows, as text would. */
  #splice(argument: string, reference: string, end: number): void {
    const start = this.#at;
    this.#at = end;
    const runsOn = /[A-Za-z0-9_$]$/.test(argument);
    const after = runsOn ? this.#match(NAME) : end;
    this.#at = start;
    const inner = lex({ file: this.#file, text: argument + this.#text.slice(end, after) }, []);
    const place = { file: this.#file, start, end: after, via: undefined };
    for (const token of inner.tokens) {
      const nested = token.problem?.code === 'missing-argument';
      const problem = nested ? nestedArgument(reference) : token.problem;
      this.#tokens.push({ ...token, ...place, problem });
    }
    this.#at = after;
  }

  #lineComment(): void {
    const newline = this.#text.indexOf('\n', this.#at);
    const end = newline < 0 ? this.#text.length : newline;
    this.#comments.push({ start: this.#at, end });
    this.#at = end;
  }

  #blockComment(): void {
    const close = this.#text.indexOf('*/', this.#at + 2);
    if (close < 0) {
      const message = 'this comment is never closed with */';
      const problem: Problem = { code: 'unterminated-comment', message, severity: 'warning' };
      const start = this.#at;
      this.#token(KIND.bad, start + 2, problem);
      this.#at = this.#text.length;
      return;
    }
    this.#comments.push({ start: this.#at, end: close + 2 });
    this.#at = close + 2;
  }

  #embeddedC(): void {
    const close = this.#text.indexOf('%}', this.#at + 2);
    if (close < 0) {
      const problem = { code: 'unterminated-embedded-c', message: 'this embedded C is never closed with %}' };
      const code = this.#text.slice(this.#at + 2);
      this.#token(KIND.embeddedC, this.#at + 2, problem, code);
      this.#at = this.#text.length;
      return;
    }
    this.#token(KIND.embeddedC, close + 2, undefined, this.#text.slice(this.#at + 2, close));
  }

  #symbol(): void {
    for (const [symbol, kind] of SYMBOL_KINDS.get(this.#peek(0)) ?? []) {
      if (this.#text.startsWith(symbol, this.#at)) {
        this.#token(kind, this.#at + symbol.length, undefined, symbol);
        return;
      }
    }
    const codePoint = this.#text.codePointAt(this.#at) ?? 0;
    const char = String.fromCodePoint(codePoint);
    this.#token(KIND.bad, this.#at + char.length, strayCharacter(char));
  }
}

function unterminatedString(): Problem {
  return {
    code: 'unterminated-string',
    message: 'this string has no closing quote on its line',
    hints: ['Close it with ", and write a line break inside a string as \\n.'],
  };
}

function isNameStart(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** The inside of a string literal that means exactly this text. */
function quoteArgument(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
}

function nestedArgument(reference: string): Problem {
  return {
    code: 'nested-argument',
    message: `the argument that ${reference} stands for refers to a script argument itself`,
  };
}

function strayCharacter(char: string): Problem {
  const codePoint = char.codePointAt(0) ?? 0;
  const printable = codePoint > 32 && codePoint < 127;
  const name = printable
    ? `‘${char}’`
    : `the character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    code: 'stray-character',
    message: `${name} has no meaning here`,
    hints: char === "'" ? ['Strings stand in double quotes.'] : [],
  };
}
