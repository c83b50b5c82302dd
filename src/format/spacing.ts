/** Whether a blank stands between two tokens of a line. */
import { isKeyword, KIND, kindOfText, terminalOf } from '../1-parse/tokens.ts';
import { type Element, isComment } from './elements.ts';

/** What the tokens are part of. */
export interface Part {
  /** Between an item's keyword and its body. */
  readonly head: 'probe' | 'function' | 'global' | undefined;
  /** Round and square brackets open since. */
  readonly brackets: number;
  /** `?` whose `:` is to come. */
  readonly ternaries: number;
  /** Where the token before stands: before an operand or behind one. */
  readonly prefix: boolean;
  /** The next token begins a statement. */
  readonly starts: boolean;
  /** It is a `{` or `}` of `a.{b,c}`. */
  readonly group: boolean;
}

const PREFIX = new Set(['!', '~', '-', '+', '&', '++', '--']);
const TIGHT_BEFORE = new Set([')', ']', ',', ';', '->']);
const TIGHT_AFTER = new Set(['(', '[', '->']);
/** Words before a bracket that is no call's. */
const SPACED_WORDS = new Set([
  'if',
  'for',
  'foreach',
  'while',
  'catch',
  'return',
  'in',
  'limit',
  'else',
  'delete',
]);

/** `prefix`: whether the token before is a prefix operator, as `-` in `-1`. */
export function isSpaced(before: Element, next: Element, after: Element | undefined, part: Part): boolean {
  if (isComment(before) || isComment(next)) return true;
  const a = before.text;
  const b = next.text;
  // What an argument becomes runs on into what it touches.
  if ((isArgument(a) && /^[\w$@"]/.test(b)) || (isArgument(b) && /[\w$"]$/.test(a))) return next.apart;
  if (next.kind === KIND.pretty || before.kind === KIND.pattern || next.kind === KIND.pattern)
    return next.apart;
  if (isConditional(before) || isConditional(next)) return true;
  if (part.group) return false;
  if (TIGHT_AFTER.has(a)) return false;
  if (TIGHT_BEFORE.has(b)) return false;
  if (a === ',' || a === ';') return true;
  if (part.head === 'probe' && part.brackets === 0) return isSpacedInPoint(a, b, next);
  if (part.head === 'global' && (b === '%' || (a === '%' && b === '['))) return false;
  if (part.head !== undefined && part.ternaries === 0 && (a === ':' || b === ':') && part.brackets < 2)
    return false;
  if (b === '(') return !isCalled(before);
  if (b === '[') return !isOperandEnd(before);
  if (b === '++' || b === '--') return part.starts || !isOperandEnd(before);
  // Two signs must not become one.
  if (part.prefix) return kindOfText(a + b.charAt(0)) !== undefined;
  if (isSortMark(next, after)) return false;
  if (a === '{' && b === '}') return false;
  return true;
}

/** Dots and stars stay as close as they are; what stands between points does not. */
function isSpacedInPoint(a: string, b: string, next: Element): boolean {
  if (a === '.' || b === '.' || b === '(') return b === '(' && a === 'if';
  if (b === '{' || a === '=' || b === '=' || a === '+=' || b === '+=') return true;
  if (b === '?' || b === '!') return false;
  if (isKeyword(a) || isKeyword(b)) return next.apart || a === 'probe' || a === 'if' || b === 'if';
  return next.apart;
}

function isArgument(text: string): boolean {
  return /^[$@](?:[0-9]+|[#*])/.test(text);
}

function isConditional({ kind }: Element): boolean {
  return kind === KIND.ppOpen || kind === KIND.ppThen || kind === KIND.ppElse || kind === KIND.ppClose;
}

/** What a bracket behind it belongs to. */
function isCalled({ kind, text }: Element): boolean {
  if (SPACED_WORDS.has(text)) return false;
  return kind === KIND.identifier || text.startsWith('@') || text === 'string' || text === 'long';
}

/** Whether an operand can end with it. */
function isOperandEnd({ kind, text }: Element): boolean {
  if (text === ')' || text === ']') return true;
  if (isWord(kind)) return !SPACED_WORDS.has(text);
  return kind === KIND.number || kind === KIND.string;
}

function isWord(kind: string): boolean {
  return kind === KIND.identifier || kind === KIND.target || kind === KIND.macro || kind === KIND.pretty;
}

/** `-` of `foreach (k in a- limit 5)`. */
function isSortMark({ text }: Element, after: Element | undefined): boolean {
  return (text === '-' || text === '+') && /^(?:\)|\]|,|limit|in)$/.test(after?.text ?? '');
}

/** Whether a token stands before its operand, given what stands before the token. */
export function isPrefix(element: Element, before: Element | undefined): boolean {
  if (!PREFIX.has(element.text)) return false;
  if (element.text === '!' || element.text === '~') return true;
  return before === undefined || !isOperandEnd(before);
}

/** Whether a line that begins with it goes on with the line before. */
export function continues(element: Element): boolean {
  const terminal = terminalOf(element.kind);
  return terminal !== undefined && CONTINUING.has(terminal);
}

/** Whether the line behind it goes on. */
export function isOpenEnded(element: Element): boolean {
  const terminal = terminalOf(element.kind);
  return terminal !== undefined && (CONTINUING.has(terminal) || ENDING.has(terminal));
}

const CONTINUING = new Set<string>([
  ...[
    '=',
    '<<<',
    '+=',
    '-=',
    '*=',
    '/=',
    '%=',
    '.=',
    '<<=',
    '>>=',
    '>>>=',
    '&=',
    '^=',
    '|=',
    '?',
    ':',
    '||',
    '&&',
  ],
  ...[
    '|',
    '^',
    'in',
    '<',
    '>',
    '<=',
    '>=',
    '==',
    '!=',
    '=~',
    '!~',
    '<<',
    '>>',
    '>>>',
    '.',
    '*',
    '/',
    '%',
    '->',
  ],
]);
const ENDING = new Set<string>(['+', '-', '&', ',', '(', '[', '!', '~']);
