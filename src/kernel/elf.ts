import { type Arch, architectures } from './architectures.ts';
import { damaged, ProfileError } from './error.ts';

/** One section of an ELF file. */
export interface ElfSection {
  readonly name: string;
  /** Virtual address, 0 where it has none. */
  readonly address: bigint;
  /** The section's bytes: a view of the file, empty for sections that occupy none of it. */
  readonly data: Buffer;
}

export interface ElfFile {
  readonly arch: Arch;
  readonly sections: readonly ElfSection[];
}

const noBits = 8;

export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Reads the section table of a 64-bit little-endian ELF file. Throws a ProfileError where the file is of
 * another machine, or its tables point outside of it.
 */
export function readElf(bytes: Buffer): ElfFile {
  if (!isElf(bytes) || bytes.length < 64) throw damaged('ELF file', 'its header is not whole');
  if (bytes[4] !== 2 || bytes[5] !== 1) {
    throw new ProfileError(
      'kernel-arch-unsupported',
      'this ELF file is not for a 64-bit little-endian machine',
      'Kernels of x86_64 and arm64 can be used.',
    );
  }
  const machine = bytes.readUInt16LE(18);
  const arch = architectures.find((one) => one.machine === machine)?.name;
  if (arch === undefined) {
    throw new ProfileError(
      'kernel-arch-unsupported',
      `this ELF file is for a machine that is not supported (number ${machine})`,
      'Kernels of x86_64 and arm64 can be used.',
    );
  }
  const table = Number(bytes.readBigUInt64LE(40));
  const entrySize = bytes.readUInt16LE(58);
  const count = bytes.readUInt16LE(60);
  const namesIndex = bytes.readUInt16LE(62);
  if (count > 0 && (entrySize < 64 || table + count * entrySize > bytes.length)) {
    throw damaged('ELF file', 'the section table lies outside the file');
  }
  const headers = Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    const type = bytes.readUInt32LE(at + 4);
    const offset = Number(bytes.readBigUInt64LE(at + 24));
    const size = type === noBits ? 0 : Number(bytes.readBigUInt64LE(at + 32));
    if (offset + size > bytes.length && size > 0)
      throw damaged('ELF file', 'a section lies outside the file');
    return {
      nameOffset: bytes.readUInt32LE(at),
      address: bytes.readBigUInt64LE(at + 16),
      data: bytes.subarray(offset, offset + size),
    };
  });
  const names = headers[namesIndex]?.data ?? Buffer.alloc(0);
  const sections = headers.map(({ nameOffset, address, data }) => {
    const end = names.indexOf(0, nameOffset);
    const name = end < 0 ? '' : names.toString('latin1', nameOffset, end);
    return { name, address, data };
  });
  return { arch, sections };
}

/** The bytes of the first section of that name. */
export function sectionData(elf: ElfFile, name: string): Buffer | undefined {
  return elf.sections.find((section) => section.name === name)?.data;
}
