import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ProfileError } from '../../src/kernel/error.ts';
import { readKernelImage } from '../../src/kernel/image/image.ts';
import { packingOf, unpack } from '../../src/kernel/image/unpack.ts';
import { smallKernel } from './btf-builder.ts';
import { buildBzImage, buildElf, exportSections } from './elf-builder.ts';
import { sample } from './sample.ts';

const fixture = (name: string): Buffer => readFileSync(path.join(import.meta.dirname, 'fixtures', name));
const fixtures = ['plain.xz', 'x86.xz', 'arm64.xz', 'blocks.xz', 'legacy.lz4', 'plain.zst'] as const;
const btf = smallKernel().build();
const banner = Buffer.from('Linux version 6.7.8-test (a@b) (gcc 12) #1 SMP Debian\n\0', 'latin1');
const vmlinux = buildElf(62, [['.rodata', banner], ['.BTF', btf], ...exportSections(['kfree', 'vfs_read'])]);

/** Runs something that may fail in the ways that are meant to be; anything else comes through. */
function codeOf(run: () => unknown): string {
  try {
    run();
    return 'fine';
  } catch (error) {
    if (error instanceof ProfileError) return error.code;
    throw error;
  }
}

describe('unpacking', () => {
  it.each(fixtures)('unpacks %s', (name) => {
    const packed = fixture(name);
    const packing = packingOf(packed);
    expect(packing).toBe(name.endsWith('.xz') ? 'xz' : name.endsWith('.lz4') ? 'lz4' : 'zstd');
    expect(packing && unpack(packed, packing).equals(sample())).toBe(true);
  });

  it('unpacks gzip', () => {
    const packed = gzipSync(sample());
    expect(packingOf(packed)).toBe('gzip');
    expect(unpack(packed, 'gzip').equals(sample())).toBe(true);
  });

  it.each(fixtures)('tells a cut %s from a whole one', (name) => {
    const packed = fixture(name);
    const packing = packingOf(packed) ?? 'xz';
    const whole = sample();
    for (let length = 0; length < packed.length; length += 97) {
      let result: Buffer | undefined;
      const code = codeOf(() => {
        result = unpack(packed.subarray(0, length), packing);
      });
      if (code === 'fine') expect(result?.equals(whole.subarray(0, result.length))).toBe(true);
      else expect(code).toBe('kernel-file-damaged');
    }
  });

  it.each(fixtures)('survives any changed byte of %s', (name) => {
    const packed = fixture(name);
    const packing = packingOf(packed) ?? 'xz';
    for (let at = 6; at < packed.length; at += 61) {
      const changed = Buffer.from(packed);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      const code = codeOf(() => unpack(changed, packing));
      expect(['fine', 'kernel-file-damaged', 'kernel-compression-unknown']).toContain(code);
    }
  });

  it('notices a changed byte by the checksum', () => {
    const packed = fixture('x86.xz');
    packed[5000] = (packed[5000] ?? 0) ^ 1;
    expect(codeOf(() => unpack(packed, 'xz'))).toBe('kernel-file-damaged');
  });

  it('says what it cannot unpack', () => {
    const bzip2 = Buffer.from('BZh91AY&SY', 'latin1');
    expect(packingOf(bzip2)).toBe('bzip2');
    expect(codeOf(() => unpack(bzip2, 'bzip2'))).toBe('kernel-compression-unknown');
  });

  it('does not take the memory that a damaged size asks for', () => {
    expect(codeOf(() => unpack(fixture('plain.zst'), 'zstd', 0xffff_ffff))).toBe('kernel-file-damaged');
  });
});

describe('kernel images', () => {
  const image = { btf, arch: 'x86_64', release: '6.7.8-test', version: '#1 SMP Debian' } as const;
  const exports = [
    { name: 'kfree', gpl: false },
    { name: 'vfs_read', gpl: false },
  ];

  it('reads a vmlinux', () => {
    expect(readKernelImage(vmlinux)).toEqual({ ...image, exports });
  });

  it('reads a BTF file', () => {
    expect(readKernelImage(btf)).toEqual({ btf });
  });

  it('reads a packed vmlinux', () => {
    expect(readKernelImage(gzipSync(vmlinux))).toEqual({ ...image, exports });
  });

  it('reads a vmlinuz', () => {
    const payload = gzipSync(vmlinux);
    const read = readKernelImage(buildBzImage(payload, '6.7.8-boot', '#2 SMP Other'));
    expect(read).toEqual({ ...image, exports, release: '6.7.8-boot', version: '#2 SMP Other' });
  });

  it('reads an arm64 vmlinux', () => {
    expect(readKernelImage(buildElf(183, [['.BTF', btf]]))).toEqual({ btf, arch: 'arm64' });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'kernel-file-unknown'],
    ['text', Buffer.from('hello\n'.repeat(1000)), 'kernel-file-unknown'],
    ['a vmlinux without BTF', buildElf(62, [['.text', sample()]]), 'kernel-no-btf'],
    ['a program of another machine', buildElf(8, [['.BTF', btf]]), 'kernel-arch-unsupported'],
    ['packed text', gzipSync(Buffer.from('hello')), 'kernel-file-unknown'],
    ['what is packed twice', gzipSync(gzipSync(vmlinux)), 'kernel-file-damaged'],
    ['an arm64 image without BTF', arm64Image(Buffer.alloc(1 << 16)), 'kernel-no-btf'],
    ['a boot image of something else', buildBzImage(sample(), 'x', 'y'), 'kernel-file-damaged'],
  ])('says what is wrong with %s', (_, bytes, code) => {
    expect(codeOf(() => readKernelImage(bytes))).toBe(code);
  });

  it('says which kernel files are cut off', () => {
    const boot = buildBzImage(gzipSync(vmlinux), '6.7.8', '#1');
    for (const whole of [vmlinux, btf, boot]) {
      for (let length = 0; length < whole.length; length += 13) {
        expect(codeOf(() => readKernelImage(whole.subarray(0, length)))).toMatch(
          /^kernel-file-(damaged|unknown)$/,
        );
      }
    }
  });
});

function arm64Image(rest: Buffer): Buffer {
  const head = Buffer.alloc(64);
  head.write('ARM\x64', 0x38, 'latin1');
  return Buffer.concat([head, rest]);
}
