/**
 * The text that the fixtures are packed from: repetitive, and full of what the branch filters of xz change
 * (x86 calls and jumps, arm64 bl). How each was made:
 *
 *     xz -c                                                        plain.xz
 *     xz -c --check=crc32 --x86 --lzma2=dict=1MiB                  x86.xz
 *     xz -c --check=none --arm64 --lzma2=dict=1MiB,lc=2,lp=1,pb=0  arm64.xz
 *     xz -c --block-size=20000 --check=sha256 -0                   blocks.xz
 *     lz4 -l -c                                                    legacy.lz4
 *     zstd -19 -c                                                  plain.zst
 */
export function sample(): Buffer {
  const parts: number[] = [];
  const word = (value: number): void => {
    parts.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  };
  let x = 12345;
  for (let step = 0; step < 4000; step++) {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
    switch ((x >> 16) & 7) {
      case 0: {
        const target = 0x1000 + (x % 4096) - parts.length;
        parts.push(0xe8);
        word(target);
        break;
      }
      case 1:
        parts.push(0xe9, 0xe8, (x >> 8) & 255, 0, 0xff, 0xff);
        break;
      case 2:
        word(0x94000000 | ((x - Math.floor(parts.length / 4)) & 0x3ffffff));
        break;
      default:
        parts.push(...Buffer.from(`the kernel reads ${x % 97} `));
    }
  }
  return Buffer.from(parts);
}
