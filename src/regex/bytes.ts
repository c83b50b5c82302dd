/** Sets of bytes, and the classes of bytes that a pattern does not tell apart. */

/** One bit a byte; byte 0 ends the string and is in none. */
export type ByteSet = bigint;

export const NO_BYTES: ByteSet = 0n;
export const ALL_BYTES: ByteSet = (1n << 256n) - 2n;

export function oneByte(byte: number): ByteSet {
  return 1n << BigInt(byte);
}

/** From `low` to `high`, both included. */
export function byteRange(low: number, high: number): ByteSet {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

export function complement(set: ByteSet): ByteSet {
  return ALL_BYTES & ~set;
}

export function hasByte(set: ByteSet, byte: number): boolean {
  return ((set >> BigInt(byte)) & 1n) === 1n;
}

function ranges(...pairs: readonly string[]): ByteSet {
  return pairs.reduce((set, pair) => set | byteRange(pair.charCodeAt(0), pair.charCodeAt(1)), NO_BYTES);
}

/** `[:alpha:]` and its kin, for ASCII. */
export const NAMED_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', ranges('AZ', 'az')],
  ['digit', ranges('09')],
  ['alnum', ranges('AZ', 'az', '09')],
  ['upper', ranges('AZ')],
  ['lower', ranges('az')],
  ['xdigit', ranges('09', 'AF', 'af')],
  ['space', ranges('\t\r', '  ')],
  ['blank', oneByte(9) | oneByte(32)],
  ['punct', ranges('!/', ':@', '[`', '{~')],
  ['cntrl', byteRange(1, 31) | oneByte(127)],
  ['graph', ranges('!~')],
  ['print', ranges(' ~')],
]);

export interface ByteClasses {
  /** Class of each byte; 0 is the byte that ends the string, alone. */
  readonly of: Uint8Array;
  readonly count: number;
  /** A byte of each class. */
  readonly examples: readonly number[];
}

/** Bytes are of one class where no set holds one and not the other. */
export function classesOf(sets: readonly ByteSet[]): ByteClasses {
  const distinct = [...new Set(sets)];
  const of = new Uint8Array(256);
  const examples = [0];
  const known = new Map<string, number>();
  for (let byte = 1; byte < 256; byte++) {
    const signature = distinct.map((set) => (hasByte(set, byte) ? '1' : '0')).join('');
    const found = known.get(signature);
    if (found === undefined) {
      known.set(signature, examples.length);
      of[byte] = examples.length;
      examples.push(byte);
    } else of[byte] = found;
  }
  return { of, count: examples.length, examples };
}
