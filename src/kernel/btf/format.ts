import { endianness } from 'node:os';
import { damaged, ProfileError } from '../error.ts';

/** The kinds of BTF, by the numbers of the format (Documentation/bpf/btf.rst). */
export const btfKind = {
  void: 0,
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  func: 12,
  funcProto: 13,
  variable: 14,
  dataSection: 15,
  float: 16,
  declTag: 17,
  typeTag: 18,
  enum64: 19,
} as const;

/** Words that follow the three of every record, by kind: a fixed number, and so many for each of its `vlen`. */
const extraWords: readonly (readonly [fixed: number, each: number] | undefined)[] = [
  undefined, // void is never recorded
  [1, 0],
  [0, 0],
  [3, 0],
  [0, 3],
  [0, 3],
  [0, 2],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 2],
  [1, 0],
  [0, 3],
  [0, 0],
  [1, 0],
  [0, 0],
  [0, 3],
];

/** The two sections of a BTF blob. */
export interface BtfSections {
  readonly types: Buffer;
  readonly strings: Buffer;
}

const magic = 0xeb9f;

/** Whether a file or section starts as BTF does, in this byte order or the other. */
export function isBtf(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x9f && bytes[1] === 0xeb) || (bytes[0] === 0xeb && bytes[1] === 0x9f);
}

/** Cuts a BTF blob (`/sys/kernel/btf/vmlinux`, a `.BTF` section) into its sections, checking the header. */
export function readBtfSections(blob: Buffer): BtfSections {
  if (blob.length < 24 || !isBtf(blob)) throw damaged('BTF', 'its header is not whole');
  if (blob.readUInt16LE(0) !== magic) {
    throw new ProfileError(
      'kernel-arch-unsupported',
      'this BTF is of a big-endian machine',
      'Kernels of x86_64 and arm64 can be used.',
    );
  }
  if (blob[2] !== 1) throw damaged('BTF', `format version ${blob[2]} is not known`);
  const header = blob.readUInt32LE(4);
  const cut = (at: number, what: string): Buffer => {
    const start = header + blob.readUInt32LE(at);
    const end = start + blob.readUInt32LE(at + 4);
    if (header < 24 || end > blob.length) throw damaged('BTF', `the ${what} lie outside the file`);
    return blob.subarray(start, end);
  };
  return { types: cut(8, 'types'), strings: cut(16, 'strings') };
}

/** Bytes as words in the byte order of BTF, whatever the alignment and byte order of this machine. */
export function wordsOf(bytes: Buffer): Uint32Array {
  if (bytes.length % 4 !== 0) throw damaged('BTF', 'a table does not end on a word');
  const swapped = endianness() === 'BE';
  const aligned = bytes.byteOffset % 4 === 0 && !swapped ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  if (swapped) aligned.swap32();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

/** The reverse of `wordsOf`. */
export function bytesOfWords(words: Uint32Array): Buffer {
  const bytes = Buffer.from(new Uint32Array(words).buffer);
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}

/** Where each record begins in the words, in order. Throws where one runs past the end or has no known kind. */
export function recordOffsets(words: Uint32Array): Uint32Array {
  // No record is shorter than three words.
  const offsets = new Uint32Array(Math.ceil(words.length / 3));
  let count = 0;
  let at = 0;
  while (at < words.length) {
    const info = words[at + 1] ?? 0;
    const extra = extraWords[(info >>> 24) & 0x1f];
    if (extra === undefined) throw damaged('BTF', `a record of unknown kind ${(info >>> 24) & 0x1f}`);
    offsets[count++] = at;
    at += 3 + extra[0] + extra[1] * (info & 0xffff);
  }
  if (at !== words.length) throw damaged('BTF', 'the last record is cut off');
  return offsets.subarray(0, count);
}
