/**
 * The terminals of the language. Each kind of token is one character, so that the grammar runs over a
 * short string, one character a token; `terminals.ts` in turn puts those characters where script.ohm
 * has the terminal's name.
 */
import type { Block, Span } from './ast.ts';

/** What is wrong with a token; told only if the token survives preprocessing. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hints?: readonly string[];
  /** For what is told and does no harm. */
  readonly severity?: 'warning';
  /** Further places, such as where a macro is defined. */
  readonly notes?: readonly { readonly message: string; readonly span?: Span }[];
}

export interface Token {
  /** One character, from `KIND`. */
  readonly kind: string;
  /** As written; of strings and embedded C what stands between the marks, of arguments what they became. */
  readonly text: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly via?: Span | undefined;
  readonly problem?: Problem | undefined;
  /** The block that this token stands for, of kind `<block>`. */
  readonly block?: Block;
}

/** The keywords that a statement begins with. */
const STATEMENT_KEYWORDS = [
  'if',
  'for',
  'foreach',
  'while',
  'break',
  'continue',
  'next',
  'return',
  'delete',
  'try',
] as const;

export const KEYWORDS = [
  'probe',
  'global',
  'private',
  'function',
  'else',
  'in',
  'limit',
  'catch',
  'string',
  'long',
  ...STATEMENT_KEYWORDS,
] as const;

/** The infix operators, loosest first: every group binds tighter than the one before it. */
export const INFIX = [
  ['=', '<<<', '+=', '-=', '*=', '/=', '%=', '.=', '<<=', '>>=', '>>>=', '&=', '^=', '|='],
  ['?'],
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['in'],
  ['<', '>', '<=', '>=', '==', '!=', '=~', '!~'],
  ['<<', '>>', '>>>'],
  ['.'],
  ['+', '-'],
  ['*', '/', '%'],
] as const;

export const AGGREGATES = ['@count', '@sum', '@min', '@max', '@avg', '@variance'] as const;

/** The other `@` operators, by what follows them. */
export const AT_OPERATORS = [
  '@hist_log',
  '@hist_linear',
  '@cast',
  '@var',
  '@entry',
  '@defined',
  '@choose_defined',
  '@const',
  '@enum',
  '@perf',
  '@probewrite',
  '@kderef',
  '@uderef',
  '@kregister',
  '@uregister',
] as const;

const PUNCTUATION = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  ':',
  '->',
  '++',
  '--',
  '!',
  '~',
  '**',
  '%(',
  '%?',
  '%:',
  '%)',
] as const;

/** Tokens that are more than their spelling. */
const CLASSES = [
  '<identifier>',
  '<number>',
  '<string>',
  '<embedded C>',
  '<target>',
  '<pretty>',
  '<pattern>',
  '<block>',
  '<macro>',
  '<bad>',
] as const;

type Infix = (typeof INFIX)[number][number];

export type Terminal =
  | Infix
  | (typeof KEYWORDS)[number]
  | (typeof AGGREGATES)[number]
  | (typeof AT_OPERATORS)[number]
  | (typeof PUNCTUATION)[number]
  | (typeof CLASSES)[number];

/** Infix operators but the ternary's come first, so that the grammar can ask for them as one range. */
export const BINARY_OPERATORS: readonly Terminal[] = INFIX.flat().filter((t) => t !== '?');

/** What a statement that is no expression begins with, and what stands where there is none; a range too. */
export const STATEMENT_WORDS: readonly Terminal[] = [
  ...STATEMENT_KEYWORDS,
  '{',
  '}',
  ';',
  '<block>',
  '<embedded C>',
];

const TERMINALS: readonly Terminal[] = [
  ...new Set<Terminal>([
    ...BINARY_OPERATORS,
    ...STATEMENT_WORDS,
    ...AGGREGATES,
    ...AT_OPERATORS,
    '?',
    ...PUNCTUATION,
    ...KEYWORDS,
    ...CLASSES,
  ]),
];

const FIRST_KIND = 0x30;

const KINDS: ReadonlyMap<string, string> = new Map(
  TERMINALS.map((terminal, i) => [terminal, String.fromCharCode(FIRST_KIND + i)]),
);

/** The character that stands for a terminal. */
function kindOf(terminal: Terminal): string {
  return String.fromCharCode(FIRST_KIND + TERMINALS.indexOf(terminal));
}

/** The character for a spelling, if it is a terminal. */
export function kindOfText(text: string): string | undefined {
  return KINDS.get(text);
}

/** The terminal that a character stands for. */
export function terminalOf(kind: string): Terminal | undefined {
  return TERMINALS[kind.charCodeAt(0) - FIRST_KIND];
}

/** The kinds that code outside the grammar looks at. */
export const KIND = {
  identifier: kindOf('<identifier>'),
  number: kindOf('<number>'),
  string: kindOf('<string>'),
  embeddedC: kindOf('<embedded C>'),
  target: kindOf('<target>'),
  pretty: kindOf('<pretty>'),
  pattern: kindOf('<pattern>'),
  block: kindOf('<block>'),
  macro: kindOf('<macro>'),
  bad: kindOf('<bad>'),
  probe: kindOf('probe'),
  global: kindOf('global'),
  private: kindOf('private'),
  function: kindOf('function'),
  dot: kindOf('.'),
  arrow: kindOf('->'),
  comma: kindOf(','),
  semicolon: kindOf(';'),
  else: kindOf('else'),
  catch: kindOf('catch'),
  star: kindOf('*'),
  starStar: kindOf('**'),
  assign: kindOf('='),
  addAssign: kindOf('+='),
  openBrace: kindOf('{'),
  closeBrace: kindOf('}'),
  openParen: kindOf('('),
  closeParen: kindOf(')'),
  openBracket: kindOf('['),
  closeBracket: kindOf(']'),
  ppOpen: kindOf('%('),
  ppThen: kindOf('%?'),
  ppElse: kindOf('%:'),
  ppClose: kindOf('%)'),
} as const;

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

export function isKeyword(text: string): boolean {
  return KEYWORD_SET.has(text);
}

/** Operators and punctuation by length, longest first: the order the lexer tries them in. */
export const SYMBOLS: readonly string[] = [...TERMINALS]
  .filter((t) => !/^[a-z@<]./.test(t) || /^<[<=]/.test(t))
  .sort((a, b) => b.length - a.length);

/** Where the outermost use stands that brought this token here. */
function outermost(span: Span): Span {
  let s = span;
  while (s.via !== undefined) s = s.via;
  return s;
}

export function tokenSpan(token: Token): Span {
  return makeSpan(token.file, token.start, token.end, token.via);
}

function makeSpan(file: string, start: number, end: number, via: Span | undefined): Span {
  return via === undefined ? { file, start, end } : { file, start, end, via };
}

/** The span from one token to another; of tokens from different macro uses, the span of those uses. */
export function spanBetween(first: Token, last: Token): Span {
  if (first === last) return tokenSpan(first);
  if (first.file === last.file && first.via === last.via) {
    return makeSpan(first.file, first.start, last.end, first.via);
  }
  const from = outermost(tokenSpan(first));
  const to = outermost(tokenSpan(last));
  return from.file === to.file && from.start <= to.end ? { ...from, end: to.end } : from;
}

/**
 * The span of tokens that come from different macro uses, arguments perhaps first and last: of the places where they stand, or the uses that
 * brought them, in the innermost text that has them all.
 */
export function spanAcross(tokens: readonly Token[]): Span {
  const chains = tokens.map((token) => chainOf(tokenSpan(token)));
  const [first = []] = chains;
  let level = 0;
  while (
    level < first.length - 1 &&
    chains.every((chain) => level < chain.length - 1 && chain[level] === first[level])
  ) {
    level += 1;
  }
  const places = chains.flatMap((chain) => chain[level] ?? []);
  const [place] = places;
  if (place === undefined) throw new RangeError('no tokens to tell the span of');
  const start = Math.min(...places.map((each) => each.start));
  const end = Math.max(...places.map((each) => each.end));
  return makeSpan(place.file, start, end, place.via);
}

/** The uses that led to a place, from the outermost; the place itself comes last. */
function chainOf(span: Span): Span[] {
  const chain: Span[] = [];
  for (let s: Span | undefined = span; s !== undefined; s = s.via) chain.push(s);
  return chain.reverse();
}
