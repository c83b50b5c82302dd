import { damaged, ProfileError } from '../error.ts';
import { undoArm64Branches, undoX86Branches } from './branches.ts';
import { crc32 } from './crc32.ts';
import { unpackLzma2 } from './lzma2.ts';

const filters = new Map<number, (data: Buffer) => void>([
  [0x04, undoX86Branches],
  [0x0a, undoArm64Branches],
]);
const lzma2Filter = 0x21;

export function isXz(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 6)).equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]));
}

/** Unpacks the first stream of an xz file; what follows it is ignored. Checks the CRC where the stream has one. */
export function unpackXz(input: Buffer): Buffer {
  if (!isXz(input) || input.length < 24) throw damaged('xz stream', 'its header is not whole');
  const check = (input[7] ?? 0) & 0x0f;
  const checkSize = check === 0 ? 0 : check === 1 ? 4 : check === 4 ? 8 : 32;
  const blocks: Buffer[] = [];
  let at = 12;
  for (;;) {
    const size = input[at];
    if (size === undefined) throw damaged('xz stream', 'it is cut off');
    if (size === 0) break;
    const header = readBlockHeader(input, at, (size + 1) * 4);
    const { data, end } = unpackLzma2(input, at + (size + 1) * 4);
    for (const undo of header.reverse()) undo(data);
    // Each block is padded to a word, then comes its check.
    const checkAt = (end + 3) & ~3;
    if (checkAt + checkSize > input.length) throw damaged('xz stream', 'it is cut off');
    if (check === 1 && input.readUInt32LE(checkAt) !== crc32(data)) {
      throw damaged('xz stream', 'its checksum is wrong');
    }
    blocks.push(data);
    at = checkAt + checkSize;
  }
  const [only] = blocks;
  return blocks.length === 1 && only !== undefined ? only : Buffer.concat(blocks);
}

/** The filters that were applied before packing, in the order of packing. */
function readBlockHeader(input: Buffer, start: number, size: number): ((data: Buffer) => void)[] {
  if (start + size > input.length) throw damaged('xz stream', 'it is cut off');
  if (input.readUInt32LE(start + size - 4) !== crc32(input.subarray(start, start + size - 4))) {
    throw damaged('xz stream', 'the checksum of a block header is wrong');
  }
  let at = start + 2;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 56; shift += 7) {
      const byte = input[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  const flags = input[start + 1] ?? 0;
  if ((flags & 0x40) !== 0) number();
  if ((flags & 0x80) !== 0) number();
  const undo: ((data: Buffer) => void)[] = [];
  for (let index = 0; index <= (flags & 3); index++) {
    const id = number();
    const properties = number();
    at += properties;
    if (id === lzma2Filter) continue;
    const filter = filters.get(id);
    // A filter's only property is where it starts to count; nothing writes one.
    if (filter === undefined || properties > 0) {
      throw new ProfileError(
        'kernel-compression-unknown',
        `this xz stream uses a filter that is not known (number ${id})`,
        'Unpack the file with xz first.',
      );
    }
    undo.push(filter);
  }
  return undo;
}
