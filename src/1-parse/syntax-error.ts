/** What to say when an item does not match the grammar. */
import type { FailedMatchResult } from 'ohm-js';
import type { Diagnostics, Note } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Source, Span } from './ast.ts';
import {
  AGGREGATES,
  AT_OPERATORS,
  isKeyword,
  KEYWORDS,
  KIND,
  type Token,
  terminalOf,
  tokenSpan,
} from './tokens.ts';

export interface ErrorSurroundings {
  /** The first token of the item after this one. */
  readonly next: Token | undefined;
  readonly source: Source;
}

export function reportSyntaxError(
  match: FailedMatchResult,
  tokens: readonly Token[],
  around: ErrorSurroundings,
  diagnostics: Diagnostics,
): void {
  const at = match.getRightmostFailurePosition();
  const expected = expectations(match);
  const token = tokens[at] ?? around.next;
  const span = token === undefined ? endOf(around.source) : tokenSpan(token);
  const found = token === undefined ? 'the end of the script' : describe(token);
  const hints = [
    ...meantKeyword(token, expected),
    ...misplacedKeyword(token, expected),
    ...meantKeyword(tokens[at - 1], KEYWORDS),
  ];
  diagnostics.error('parse-expected', span, `expected ${list(expected)}, found ${found}`, {
    hints: hints.slice(0, 1),
    notes: openBracket(tokens, at),
  });
}

/** For a run of tokens that begins no item. */
export function reportStrayTokens(tokens: readonly Token[], diagnostics: Diagnostics): void {
  const first = tokens[0];
  // What is wrong with a single token was told already.
  if (first === undefined || first.problem !== undefined) return;
  if (first.kind === KIND.closeBrace) {
    diagnostics.error('unmatched-brace', tokenSpan(first), '‘}’ closes no block');
    return;
  }
  const starts = ['probe', 'function', 'global', 'private'];
  diagnostics.error(
    'parse-expected',
    tokenSpan(first),
    `expected ${list([...starts.map(quoted), 'embedded C'])}, found ${describe(first)}`,
    { hints: meantKeyword(first, starts) },
  );
}

/** A place of no width at the end of the text. */
function endOf(source: Source): Span {
  const end = source.text.trimEnd().length;
  return { file: source.file, start: end, end };
}

/**
 * What could stand where the match failed: plain words, and spellings in quotes. The grammar's rules for
 * whole constructs have no description, since ohm would then place every mistake at their beginning; so
 * what begins an expression, a statement or an operator is put together again here. Failures that ohm
 * calls fluffy count too: they are what could have gone on at a place where a repetition ended.
 */
function expectations(match: FailedMatchResult): readonly string[] {
  const found = new Set<string>();
  for (const failure of match.getRightmostFailures()) {
    const text = failure.getText();
    // What must not stand at a place is of no help.
    if (!text.startsWith('not ')) found.add(failure.isDescription() ? text : spelled(text));
  }
  // A block that was matched before the rest is nothing to write.
  found.delete(quoted('<block>'));
  if (found.has(quoted('while'))) replace(found, [...EXPRESSION, ...STATEMENT], 'a statement');
  if (found.has(quoted('@cast'))) replace(found, EXPRESSION, 'an expression');
  if (found.has(quoted('@sum'))) replace(found, AGGREGATES.map(quoted), 'an aggregate');
  if (found.has(quoted('!')) && found.has(quoted('.'))) replace(found, POINT, 'more of the probe point');
  if (found.has('an operator')) replace(found, OPERATOR, 'an operator');
  if (found.size > 1) found.delete('end of input');
  return [...found]
    .map((what) => (what === 'end of input' ? 'the end of the definition' : what))
    .sort((a, b) => Number(a.startsWith('‘')) - Number(b.startsWith('‘')));
}

function replace(found: Set<string>, members: readonly string[], by: string): void {
  for (const member of members) found.delete(member);
  found.add(by);
}

const EXPRESSION: readonly string[] = [
  ...['a name', 'a number', 'a string', 'a target variable', 'embedded C'],
  ...[...AGGREGATES, ...AT_OPERATORS, '(', '[', '-', '+', '!', '~', '++', '--', '&'].map(quoted),
];

const STATEMENT: readonly string[] = [
  ...['if', 'for', 'foreach', 'while', 'return', 'delete', 'next', 'break', 'continue', 'try', '{', ';'],
].map(quoted);

/** What may go on behind a part of a probe point. */
const POINT: readonly string[] = [',', 'if', '!', '?', '.', '('].map(quoted);

/** What may follow a value and is not worth a word of its own. */
const OPERATOR: readonly string[] = ['?', '++', '--', '->', '[', '('].map(quoted).concat('‘$’');

function spelled(kind: string): string {
  const terminal = terminalOf(kind);
  if (terminal === undefined) return 'something else';
  return describeClass(terminal) ?? quoted(terminal);
}

function describeClass(terminal: string): string | undefined {
  switch (terminal) {
    case '<identifier>':
      return 'a name';
    case '<number>':
      return 'a number';
    case '<string>':
      return 'a string';
    case '<embedded C>':
      return 'embedded C';
    case '<target>':
      return 'a target variable';
    case '<pretty>':
      return '‘$’';
    case '<pattern>':
      return 'the name of a probe point';
    default:
      return undefined;
  }
}

function quoted(text: string): string {
  return `‘${text}’`;
}

const LONGEST_SHOWN = 40;

function describe(token: Token): string {
  const text = token.text.length > LONGEST_SHOWN ? `${token.text.slice(0, LONGEST_SHOWN)}…` : token.text;
  switch (token.kind) {
    case KIND.string:
      return `the string "${text}"`;
    case KIND.number:
      return `the number ${text}`;
    case KIND.embeddedC:
      return 'embedded C';
    default:
      return quoted(text);
  }
}

/** `a`, `a or b`, `a, b or c`. */
function list(alternatives: readonly string[]): string {
  if (alternatives.length < 2) return alternatives[0] ?? 'something else';
  return `${alternatives.slice(0, -1).join(', ')} or ${alternatives.at(-1)}`;
}

/** A hint when a name looks like one of the words that could stand in its place. */
function meantKeyword(token: Token | undefined, candidates: readonly string[]): readonly string[] {
  if (token?.kind !== KIND.identifier) return [];
  const words = candidates.map((c) => c.replace(/[\u2018\u2019]/g, '')).filter((c) => /^[a-z]{2,}$/.test(c));
  return didYouMean(token.text, words, 1);
}

/** A hint for a keyword where it cannot be. */
function misplacedKeyword(token: Token | undefined, expected: readonly string[]): readonly string[] {
  if (token === undefined || token.kind === KIND.identifier || !isKeyword(token.text)) return [];
  if (token.kind === KIND.else) return ['An ‘else’ comes directly behind the statement of its ‘if’.'];
  const named = expected.some((e) => e === 'a name' || e === 'an expression' || e === 'a statement');
  const begins = [KIND.probe, KIND.function, KIND.global, KIND.private].some((k) => k === token.kind);
  return named && !begins ? [`‘${token.text}’ is a word of the language and can name nothing.`] : [];
}

const BRACKETS: ReadonlyMap<string, string> = new Map([
  [KIND.closeParen, KIND.openParen],
  [KIND.closeBracket, KIND.openBracket],
  [KIND.closeBrace, KIND.openBrace],
]);

/** When the tokens ran out, or a closing bracket came that does not fit: the bracket that stands open. */
function openBracket(tokens: readonly Token[], at: number): readonly Note[] {
  const found = tokens[at];
  const wants = found === undefined ? undefined : BRACKETS.get(found.kind);
  if (found !== undefined && wants === undefined) return [];
  const open: Token[] = [];
  for (const token of tokens.slice(0, at)) {
    if (token.kind === KIND.openParen || token.kind === KIND.openBracket || token.kind === KIND.openBrace) {
      open.push(token);
    } else if (BRACKETS.has(token.kind)) {
      open.pop();
    }
  }
  const last = open.at(-1);
  if (last === undefined || last.kind === wants) return [];
  return [{ message: `this ‘${last.text}’ is still open`, span: tokenSpan(last) }];
}
