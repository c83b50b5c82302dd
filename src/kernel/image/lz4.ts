import { damaged } from '../error.ts';

const legacyMagic = 0x184c_2102;
const maximumBlock = 8 << 20;

export function isLegacyLz4(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === legacyMagic;
}

/** Unpacks the block format that kernels are packed in (`lz4 -l`): blocks of up to 8 MB, each by itself. */
export function unpackLegacyLz4(input: Buffer): Buffer {
  const blocks: Buffer[] = [];
  const block = Buffer.allocUnsafe(maximumBlock);
  let at = 4;
  // Fewer bytes than a block's header: a kernel image has its unpacked size behind the last block.
  while (at + 8 <= input.length) {
    const size = input.readUInt32LE(at);
    at += 4;
    if (size === legacyMagic) continue;
    if (size === 0 || at + size > input.length) throw damaged('lz4 stream', 'a block is cut off');
    blocks.push(Buffer.from(block.subarray(0, unpackBlock(input.subarray(at, at + size), block))));
    at += size;
  }
  if (blocks.length === 0) throw damaged('lz4 stream', 'it is cut off');
  return Buffer.concat(blocks);
}

/** Unpacks one block; gives the number of bytes written. */
function unpackBlock(input: Buffer, output: Buffer): number {
  let from = 0;
  let to = 0;
  const longer = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (;;) {
      const byte = input[from++];
      if (byte === undefined) throw damaged('lz4 stream', 'a length is cut off');
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (from < input.length) {
    const token = input[from++] ?? 0;
    const literals = longer(token >> 4);
    if (from + literals > input.length || to + literals > output.length) {
      throw damaged('lz4 stream', 'literals run past the end');
    }
    input.copy(output, to, from, from + literals);
    from += literals;
    to += literals;
    // The last sequence of a block has no copy.
    if (from === input.length) return to;
    if (from + 2 > input.length) throw damaged('lz4 stream', 'an offset is cut off');
    const offset = input.readUInt16LE(from);
    from += 2;
    const count = longer(token & 15) + 4;
    if (offset === 0 || offset > to || to + count > output.length) {
      throw damaged('lz4 stream', 'a copy lies outside the data');
    }
    // The copy may overlap itself: it repeats what it has just written.
    for (let copied = 0; copied < count; copied++, to++) output[to] = output[to - offset] ?? 0;
  }
  return to;
}
