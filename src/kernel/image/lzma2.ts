import { damaged } from '../error.ts';

/**
 * The LZMA2 decoder of xz streams, for kernels and modules: Node has none built in, and the packages that
 * have one lack the branch filters that kernels are packed with. Written for speed: 60 MB in a second or so.
 */

// All probabilities are in one array: where each group begins.
const states = 12;
const isMatch = 0;
const isRep = isMatch + (states << 4);
const isRep0 = isRep + states;
const isRep1 = isRep0 + states;
const isRep2 = isRep1 + states;
const isRep0Long = isRep2 + states;
const distanceSlot = isRep0Long + (states << 4);
const distanceSpecial = distanceSlot + (4 << 6);
const distanceAlign = distanceSpecial + 128;
const matchLength = distanceAlign + 16;
// A length coder: two choices, 16 low trees and 16 middle trees of 8, one high tree of 256.
const lengthLow = 2;
const lengthMiddle = lengthLow + 16 * 8;
const lengthHigh = lengthMiddle + 16 * 8;
const lengthSize = lengthHigh + 256;
const repLength = matchLength + lengthSize;
const literals = repLength + lengthSize;

const range = 0;
const code = 1;
const position = 2;

/** What carries over from one chunk to the next. */
interface LzmaState {
  readonly input: Buffer;
  readonly output: Buffer;
  readonly probabilities: Uint16Array;
  /** Range, code and input position: in an array of words, for boxed numbers would cost half the speed. */
  readonly coder: Uint32Array;
  literalContextBits: number;
  literalPositionMask: number;
  positionMask: number;
  state: number;
  rep0: number;
  rep1: number;
  rep2: number;
  rep3: number;
  /** Where the dictionary was last reset: nothing may be copied from before it. */
  dictionaryStart: number;
}

/** One chunk of an LZMA2 stream, as its header says. */
interface Chunk {
  readonly control: number;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly properties: number | undefined;
}

/** The chunks of a stream and where it ends. Throws where a header is cut off. */
function readChunks(
  input: Buffer,
  from: number,
): { readonly chunks: readonly Chunk[]; readonly end: number } {
  const chunks: Chunk[] = [];
  let at = from;
  for (;;) {
    const control = input[at];
    if (control === undefined) throw damaged('xz stream', 'it is cut off');
    if (control === 0) return { chunks, end: at + 1 };
    const packed = control >= 0x80;
    const header = packed ? (control >= 0xc0 ? 6 : 5) : 3;
    if (at + header > input.length || (!packed && control > 2))
      throw damaged('xz stream', 'a chunk header is wrong');
    const low = input.readUInt16BE(at + 1);
    const size = packed ? ((control & 0x1f) << 16) + low + 1 : low + 1;
    const start = at + header;
    const end = start + (packed ? input.readUInt16BE(at + 3) + 1 : size);
    if (end > input.length) throw damaged('xz stream', 'it is cut off');
    chunks.push({ control, start, end, size, properties: control >= 0xc0 ? input[at + 5] : undefined });
    at = end;
  }
}

/** Unpacks the LZMA2 stream that begins at `from`; `end` is the first byte after it. */
export function unpackLzma2(input: Buffer, from: number): { readonly data: Buffer; readonly end: number } {
  const { chunks, end } = readChunks(input, from);
  const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
  const state: LzmaState = {
    input,
    output: Buffer.allocUnsafe(size),
    probabilities: new Uint16Array(literals + (0x300 << 4)),
    coder: new Uint32Array(3),
    literalContextBits: 0,
    literalPositionMask: 0,
    positionMask: 0,
    state: 0,
    rep0: 0,
    rep1: 0,
    rep2: 0,
    rep3: 0,
    dictionaryStart: 0,
  };
  let at = 0;
  for (const chunk of chunks) {
    if (chunk.control === 1 || chunk.control >= 0xe0) state.dictionaryStart = at;
    if (chunk.control < 0x80) {
      input.copy(state.output, at, chunk.start, chunk.end);
    } else {
      if (chunk.properties !== undefined) setProperties(state, chunk.properties);
      if (chunk.control >= 0xa0) resetState(state);
      unpackChunk(state, chunk, at);
    }
    at += chunk.size;
  }
  return { data: state.output, end };
}

function setProperties(state: LzmaState, properties: number): void {
  const contextBits = properties % 9;
  const positionBits = Math.floor(properties / 9) % 5;
  if (properties >= 225 || contextBits + positionBits > 4)
    throw damaged('xz stream', 'its properties are wrong');
  state.literalContextBits = contextBits;
  state.literalPositionMask = (1 << positionBits) - 1;
  state.positionMask = (1 << Math.floor(properties / 45)) - 1;
}

function resetState(state: LzmaState): void {
  state.probabilities.fill(1024);
  state.state = 0;
  state.rep0 = 0;
  state.rep1 = 0;
  state.rep2 = 0;
  state.rep3 = 0;
}

function bit(p: Uint16Array, index: number, coder: Uint32Array, input: Buffer): 0 | 1 {
  const probability = p[index] ?? 0;
  const width = coder[range] ?? 0;
  const value = coder[code] ?? 0;
  const bound = Math.imul(width >>> 11, probability) >>> 0;
  let newWidth = bound;
  let newValue = value;
  let result: 0 | 1 = 0;
  if (value < bound) {
    p[index] = probability + ((2048 - probability) >> 5);
  } else {
    p[index] = probability - (probability >> 5);
    newWidth = width - bound;
    newValue = value - bound;
    result = 1;
  }
  if (newWidth < 0x100_0000) {
    const at = coder[position] ?? 0;
    newWidth <<= 8;
    newValue = (newValue << 8) | (input[at] ?? 0);
    coder[position] = at + 1;
  }
  coder[range] = newWidth;
  coder[code] = newValue;
  return result;
}

/** A number of so many bits, the highest first. */
function tree(p: Uint16Array, base: number, bits: number, coder: Uint32Array, input: Buffer): number {
  let node = 1;
  for (let level = 0; level < bits; level++) node = (node << 1) | bit(p, base + node, coder, input);
  return node - (1 << bits);
}

/** A number of so many bits, the lowest first. */
function reverseTree(p: Uint16Array, base: number, bits: number, coder: Uint32Array, input: Buffer): number {
  let node = 1;
  let value = 0;
  for (let level = 0; level < bits; level++) {
    const one = bit(p, base + node, coder, input);
    node = (node << 1) | one;
    value |= one << level;
  }
  return value;
}

/** Bits of even chance, the highest first. */
function directBits(bits: number, coder: Uint32Array, input: Buffer): number {
  let value = 0;
  for (let level = 0; level < bits; level++) {
    const half = (coder[range] ?? 0) >>> 1;
    const current = coder[code] ?? 0;
    const one = current >= half ? 1 : 0;
    value = (value << 1) | one;
    let width = half;
    let rest = one === 1 ? current - half : current;
    if (width < 0x100_0000) {
      const at = coder[position] ?? 0;
      width <<= 8;
      rest = (rest << 8) | (input[at] ?? 0);
      coder[position] = at + 1;
    }
    coder[range] = width;
    coder[code] = rest;
  }
  return value >>> 0;
}

function length(p: Uint16Array, base: number, near: number, coder: Uint32Array, input: Buffer): number {
  if (bit(p, base, coder, input) === 0) return 2 + tree(p, base + lengthLow + near * 8, 3, coder, input);
  if (bit(p, base + 1, coder, input) === 0) {
    return 10 + tree(p, base + lengthMiddle + near * 8, 3, coder, input);
  }
  return 18 + tree(p, base + lengthHigh, 8, coder, input);
}

function distance(p: Uint16Array, copied: number, coder: Uint32Array, input: Buffer): number {
  const slot = tree(p, distanceSlot + (Math.min(copied - 2, 3) << 6), 6, coder, input);
  if (slot < 4) return slot;
  const footerBits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) << footerBits;
  if (slot < 14) return base + reverseTree(p, distanceSpecial + base - slot, footerBits, coder, input);
  const high = directBits(footerBits - 4, coder, input) * 16;
  return (base >>> 0) + high + reverseTree(p, distanceAlign, 4, coder, input);
}

function unpackChunk(lzma: LzmaState, chunk: Chunk, from: number): void {
  const { input, output, probabilities: p, coder, positionMask, dictionaryStart } = lzma;
  const { literalContextBits, literalPositionMask } = lzma;
  const end = from + chunk.size;
  let { state, rep0, rep1, rep2, rep3 } = lzma;
  if (chunk.end - chunk.start < 5) throw damaged('xz stream', 'a chunk is too short');
  coder[range] = 0xffff_ffff;
  coder[code] = input.readUInt32BE(chunk.start + 1);
  coder[position] = chunk.start + 5;

  let at = from;
  while (at < end) {
    const near = (at - dictionaryStart) & positionMask;
    if (bit(p, isMatch + (state << 4) + near, coder, input) === 0) {
      const before = at > dictionaryStart ? (output[at - 1] ?? 0) : 0;
      const context =
        (((at - dictionaryStart) & literalPositionMask) << literalContextBits) +
        (before >> (8 - literalContextBits));
      const base = literals + 0x300 * context;
      let symbol = 1;
      if (state >= 7) {
        let matched = output[at - rep0 - 1] ?? 0;
        while (symbol < 0x100) {
          const expected = (matched >> 7) & 1;
          matched <<= 1;
          const actual = bit(p, base + ((1 + expected) << 8) + symbol, coder, input);
          symbol = (symbol << 1) | actual;
          if (actual !== expected) break;
        }
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(p, base + symbol, coder, input);
      output[at++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count = 1;
    if (bit(p, isRep + state, coder, input) === 0) {
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      count = length(p, matchLength, near, coder, input);
      rep0 = distance(p, count, coder, input);
      state = state < 7 ? 7 : 10;
    } else {
      let short = false;
      if (bit(p, isRep0 + state, coder, input) === 0) {
        short = bit(p, isRep0Long + (state << 4) + near, coder, input) === 0;
      } else {
        let chosen = rep1;
        if (bit(p, isRep1 + state, coder, input) === 1) {
          chosen = rep2;
          if (bit(p, isRep2 + state, coder, input) === 1) {
            chosen = rep3;
            rep3 = rep2;
          }
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = chosen;
      }
      if (short) {
        state = state < 7 ? 9 : 11;
      } else {
        count = length(p, repLength, near, coder, input);
        state = state < 7 ? 8 : 11;
      }
    }
    const source = at - rep0 - 1;
    if (source < dictionaryStart || at + count > end)
      throw damaged('xz stream', 'a copy lies outside the data');
    // The copy may overlap itself: it repeats what it has just written.
    for (let copied = 0; copied < count; copied++) output[at + copied] = output[source + copied] ?? 0;
    at += count;
  }
  if ((coder[position] ?? 0) > chunk.end) throw damaged('xz stream', 'a chunk runs past its end');
  lzma.state = state;
  lzma.rep0 = rep0;
  lzma.rep1 = rep1;
  lzma.rep2 = rep2;
  lzma.rep3 = rep3;
}
