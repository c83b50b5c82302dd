import { gunzipSync } from 'node:zlib';
import { decompress as unpackZstd } from 'fzstd';
import { damaged, ProfileError } from '../error.ts';
import { isLegacyLz4, unpackLegacyLz4 } from './lz4.ts';
import { isXz, unpackXz } from './xz.ts';

/** No kernel is larger: a size beyond it is a damaged one, not a reason to take the memory. */
const maximumSize = 1 << 30;

/** How a file or the payload of an image is packed, by its first bytes. */
export type Packing = 'gzip' | 'xz' | 'zstd' | 'lz4' | 'bzip2' | 'lzma' | 'lzo';

export function packingOf(bytes: Buffer): Packing | undefined {
  if (isXz(bytes)) return 'xz';
  if (isLegacyLz4(bytes)) return 'lz4';
  const start = bytes.subarray(0, 4).toString('hex');
  if (start.startsWith('1f8b')) return 'gzip';
  if (start === '28b52ffd') return 'zstd';
  if (start.startsWith('425a68')) return 'bzip2';
  if (start.startsWith('5d0000')) return 'lzma';
  if (start === '894c5a4f') return 'lzo';
  return undefined;
}

/**
 * Unpacks a stream. `size` is what it unpacks to, where that is known: zstd is ten times as fast with it.
 * Throws a ProfileError for a damaged stream and for packings that Node and tapc cannot undo.
 */
export function unpack(bytes: Buffer, packing: Packing, size?: number): Buffer {
  if (size !== undefined && size > maximumSize) throw damaged('kernel image', 'its size is out of bounds');
  switch (packing) {
    case 'xz':
      return unpackXz(bytes);
    case 'lz4':
      return unpackLegacyLz4(bytes);
    case 'gzip':
      return guarded('gzip stream', () => gunzipSync(bytes, { maxOutputLength: maximumSize }));
    case 'zstd':
      return guarded('zstd stream', () => {
        const output = unpackZstd(bytes, size === undefined ? undefined : new Uint8Array(size));
        return Buffer.from(output.buffer, output.byteOffset, output.length);
      });
    case 'bzip2':
    case 'lzma':
    case 'lzo':
      throw new ProfileError(
        'kernel-compression-unknown',
        `the kernel is packed with ${packing}, which tapc cannot unpack`,
        'Give the unpacked vmlinux, or the BTF file of the running kernel (/sys/kernel/btf/vmlinux).',
      );
  }
}

function guarded(what: string, run: () => Buffer): Buffer {
  try {
    return run();
  } catch (error) {
    throw damaged(what, error instanceof Error ? error.message : String(error));
  }
}
