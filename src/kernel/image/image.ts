import type { Arch } from '../architectures.ts';
import { isBtf, readBtfSections } from '../btf/format.ts';
import { isElf, readElf, sectionData } from '../elf.ts';
import { damaged, ProfileError } from '../error.ts';
import { packingOf, unpack } from './unpack.ts';

/** What a kernel image or module, packed or not, tells about its kernel. */
export interface KernelImage {
  /** The kernel's own; a module has none. */
  readonly btf?: Buffer;
  /** A module's, which goes on where the kernel's ends, by the module's name. */
  readonly modules?: ReadonlyMap<string, Buffer>;
  readonly arch?: Arch;
  /** As `uname -r` says it; absent where the file does not tell. */
  readonly release?: string;
  /** As `uname -v` says it. */
  readonly version?: string;
  /** Symbols that the kernel itself exports; absent where the file does not tell. */
  readonly exports?: readonly { readonly name: string; readonly gpl: boolean }[];
}

/** Reads a vmlinuz, vmlinux, arm64 Image, module or BTF file. Throws a ProfileError where it is none, or damaged. */
export function readKernelImage(bytes: Buffer): KernelImage {
  if (isBtf(bytes)) {
    readBtfSections(bytes);
    return { btf: bytes };
  }
  if (isElf(bytes)) return readVmlinux(bytes);
  if (isBzImage(bytes)) return readBzImage(bytes);
  if (isArm64Image(bytes)) return { ...readRawImage(bytes), arch: 'arm64' };
  if (isZboot(bytes)) return readZboot(bytes);
  const packing = packingOf(bytes);
  if (packing !== undefined) {
    const inner = unpack(bytes, packing);
    if (packingOf(inner) !== undefined) throw damaged('kernel image', 'it is packed twice');
    return readKernelImage(inner);
  }
  throw new ProfileError(
    'kernel-file-unknown',
    'the file is no kernel image, ELF file or BTF',
    'Give a vmlinuz, a vmlinux, a BTF file such as /sys/kernel/btf/vmlinux, or a folder of kernel headers.',
  );
}

function noBtf(what: string): ProfileError {
  return new ProfileError(
    'kernel-no-btf',
    `${what} has no BTF`,
    'tapc needs a kernel built with CONFIG_DEBUG_INFO_BTF=y, as the distributions build theirs.',
  );
}

function readVmlinux(bytes: Buffer): KernelImage {
  const elf = readElf(bytes);
  const btf = sectionData(elf, '.BTF');
  if (btf === undefined || btf.length === 0) throw noBtf('the ELF file');
  const information = sectionData(elf, '.modinfo');
  if (information !== undefined && sectionData(elf, '.gnu.linkonce.this_module') !== undefined) {
    return { arch: elf.arch, ...readModule(information, btf) };
  }
  const strings = sectionData(elf, '__ksymtab_strings');
  const exports = strings && [
    ...exportsOf(elf.sections, '__ksymtab', false),
    ...exportsOf(elf.sections, '__ksymtab_gpl', true),
  ];
  return {
    btf,
    arch: elf.arch,
    ...banner(bytes),
    ...(exports === undefined || exports.length === 0 ? {} : { exports }),
  };
}

/** A module says in `name=value` texts what it is called and which kernel it was built for. */
function readModule(information: Buffer, btf: Buffer): KernelImage {
  const texts = `\0${information.toString('latin1')}`;
  const name = /\0name=([^\0]+)/.exec(texts)?.[1];
  const release = /\0vermagic=(\S+)/.exec(texts)?.[1];
  if (name === undefined || release === undefined) throw damaged('module', 'it does not say what it is');
  return { release, modules: new Map([[name, btf]]) };
}

/**
 * The names of an export table. Each entry is three 32-bit distances, to the symbol, its name and its
 * namespace, each from where it stands.
 */
function exportsOf(
  sections: readonly { readonly name: string; readonly address: bigint; readonly data: Buffer }[],
  name: string,
  gpl: boolean,
): { readonly name: string; readonly gpl: boolean }[] {
  const table = sections.find((section) => section.name === name);
  const strings = sections.find((section) => section.name === '__ksymtab_strings');
  if (table === undefined || strings === undefined || table.data.length % 12 !== 0) return [];
  // From 7.0 or so on there is one table for all, and a byte of flags for each entry beside it.
  const flags = sections.find((section) => section.name === '__kflagstab')?.data;
  const found: { readonly name: string; readonly gpl: boolean }[] = [];
  for (let at = 4; at < table.data.length; at += 12) {
    const address = table.address + BigInt(at + table.data.readInt32LE(at));
    const start = Number(address - strings.address);
    if (start < 0 || start >= strings.data.length) return [];
    const symbol = strings.data.toString('latin1', start, strings.data.indexOf(0, start));
    const flag = flags?.[(at - 4) / 12] ?? 0;
    found.push({ name: symbol, gpl: gpl || (flag & 1) === 1 });
  }
  return found;
}

function isBzImage(bytes: Buffer): boolean {
  return (
    bytes.length > 0x250 &&
    bytes.readUInt16LE(0x1fe) === 0xaa55 &&
    bytes.toString('latin1', 0x202, 0x206) === 'HdrS'
  );
}

/** x86's boot image (Documentation/arch/x86/boot.rst): setup code, then a program with the packed vmlinux in it. */
function readBzImage(bytes: Buffer): KernelImage {
  if (bytes.readUInt16LE(0x206) < 0x208) throw damaged('kernel image', 'its boot protocol is too old');
  const setup = ((bytes[0x1f1] ?? 4) + 1) * 512;
  const start = setup + bytes.readUInt32LE(0x248);
  const end = start + bytes.readUInt32LE(0x24c);
  if (end > bytes.length || end - start < 8) throw damaged('kernel image', 'it is cut off');
  const payload = bytes.subarray(start, end);
  const packing = packingOf(payload);
  if (packing === undefined) {
    if (isElf(payload)) return readVmlinux(payload);
    throw damaged('kernel image', 'its payload is packed in no known way');
  }
  // The build appends the unpacked size to the stream; gzip has it there by itself.
  const size = payload.readUInt32LE(payload.length - 4);
  const stream = packing === 'gzip' ? payload : payload.subarray(0, -4);
  const image = readVmlinux(unpack(stream, packing, size));
  const text = cString(bytes, 0x200 + bytes.readUInt16LE(0x20e));
  const [, release, version] = /^(\S+) .*?(#\d.*)$/.exec(text) ?? [];
  return {
    ...image,
    ...(release === undefined ? {} : { release }),
    ...(version === undefined ? {} : { version: version.trim() }),
  };
}

function isArm64Image(bytes: Buffer): boolean {
  return bytes.length > 64 && bytes.toString('latin1', 0x38, 0x3c) === 'ARM\x64';
}

/** An EFI program that unpacks the kernel itself (CONFIG_EFI_ZBOOT): its header tells where and how it is packed. */
function isZboot(bytes: Buffer): boolean {
  return bytes.length > 64 && bytes.toString('latin1', 0, 8) === 'MZ\0\0zimg';
}

function readZboot(bytes: Buffer): KernelImage {
  const start = bytes.readUInt32LE(8);
  const end = start + bytes.readUInt32LE(12);
  if (end > bytes.length) throw damaged('kernel image', 'it is cut off');
  const payload = bytes.subarray(start, end);
  const packing = packingOf(payload);
  if (packing === undefined) throw damaged('kernel image', 'its payload is packed in no known way');
  const size = packing === 'gzip' ? undefined : payload.readUInt32LE(payload.length - 4);
  const image = unpack(packing === 'gzip' ? payload : payload.subarray(0, -4), packing, size);
  return { ...readRawImage(image), arch: 'arm64' };
}

/** An image without section headers: its BTF is found by the header, which has to fit what follows it. */
function readRawImage(bytes: Buffer): KernelImage {
  const header = Buffer.from([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]);
  for (let at = bytes.indexOf(header); at >= 0; at = bytes.indexOf(header, at + 1)) {
    if (at + 24 > bytes.length) break;
    const stringsOffset = bytes.readUInt32LE(at + 16);
    const end = at + 24 + stringsOffset + bytes.readUInt32LE(at + 20);
    // The kernel's own is by far the largest: what programs are embedded have a few kilobytes.
    if (stringsOffset > 1 << 18 && end <= bytes.length && bytes[end - 1] === 0) {
      return { btf: bytes.subarray(at, end), ...banner(bytes) };
    }
  }
  throw noBtf('the kernel image');
}

/** Every kernel carries the line it prints first. */
function banner(bytes: Buffer): { readonly release?: string; readonly version?: string } {
  const start = 'Linux version ';
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
    const [, release, version] = /^Linux version (\d\S*) \(.*\) (#\d.*)\n/.exec(cString(bytes, at)) ?? [];
    if (release !== undefined && version !== undefined) return { release, version };
  }
  return {};
}

function cString(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, end < 0 || end > start + 512 ? start + 512 : end);
}
