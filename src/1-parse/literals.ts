/** What number and string literals mean. */
import type { Problem } from './tokens.ts';

/** Mistakes in what a literal says, which leave it a literal: the tree is whole. */
export const LITERAL_MISTAKES: ReadonlySet<string> = new Set(['bad-escape', 'number-out-of-range']);

export interface DecodedNumber {
  /** Wrapped to signed 64 bits. */
  readonly value: bigint;
  readonly problem?: Problem;
}

export interface DecodedString {
  /** One char a byte. */
  readonly value: string;
  readonly problem?: Problem;
}

const MAX_UNSIGNED = 2n ** 64n;

/** Decimal, 0x hexadecimal or 0 octal, as in C, up to 2**64 - 1. */
export function decodeNumber(text: string): DecodedNumber {
  const hexadecimal = /^0[xX][0-9a-fA-F]+$/.test(text);
  const octal = /^0[0-7]+$/.test(text);
  if (!hexadecimal && !octal && !/^(?:0|[1-9][0-9]*)$/.test(text)) {
    return {
      value: 0n,
      problem: { code: 'bad-number', message: `‘${text}’ is no number`, hints: numberHints(text) },
    };
  }
  // A longer one is out of range for certain, and costly to convert.
  const value = text.length > 100 ? MAX_UNSIGNED : BigInt(octal ? `0o${text.slice(1)}` : text);
  if (value < MAX_UNSIGNED) return { value: BigInt.asIntN(64, value) };
  return {
    value: BigInt.asIntN(64, value),
    problem: { code: 'number-out-of-range', message: 'this number does not fit into 64 bits' },
  };
}

function numberHints(text: string): readonly string[] {
  if (/^0[0-9]+$/.test(text)) return ['A number that begins with 0 is octal and has the digits 0 to 7.'];
  if (/^0[xX]/.test(text)) return ['After 0x come hexadecimal digits: 0 to 9 and a to f.'];
  return ['A name begins with a letter or _; a number has no unit.'];
}

const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

const ESCAPE = /\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|([\s\S]))/g;

/** The bytes that the inside of a string literal means: C's escapes; before anything else \ is ignored. */
export function decodeString(inside: string): DecodedString {
  const bytes = toBytes(inside);
  if (!bytes.includes('\\')) return { value: bytes };
  let problem: Problem | undefined;
  const value = bytes.replace(ESCAPE, (whole, hex?: string, octal?: string, char?: string) => {
    if (char !== undefined) {
      if (char === 'x') problem ??= badEscape('After \\x come hexadecimal digits.');
      const code = SIMPLE_ESCAPES.get(char);
      return code === undefined ? char : String.fromCharCode(code);
    }
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number.parseInt(octal ?? '0', 8);
    if (code > 255) problem ??= badEscape(`${whole} is more than one byte.`);
    return String.fromCharCode(code & 255);
  });
  return problem === undefined ? { value } : { value, problem };
}

/** The inside of a string literal for these bytes; what is UTF-8 stays text. */
export function encodeString(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  const whole = toBytes(text) === bytes ? text : undefined;
  return whole === undefined
    ? bytes.replace(/[^ !#-[\]-~]/g, escapeChar)
    : whole.replace(/[\0-\x1f"\\\x7f]/g, escapeChar);
}

function escapeChar(char: string): string {
  const code = char.charCodeAt(0);
  if (char === '"' || char === '\\') return `\\${char}`;
  for (const [letter, value] of SIMPLE_ESCAPES) if (value === code) return `\\${letter}`;
  return `\\${code.toString(8).padStart(3, '0')}`;
}

/** UTF-8, one char a byte. */
function toBytes(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function badEscape(hint: string): Problem {
  return { code: 'bad-escape', message: 'this string has an escape that means no byte', hints: [hint] };
}
