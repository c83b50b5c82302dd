/**
 * The branch filters of xz: before packing, the relative targets of calls were made absolute, so that calls
 * of one function look alike. These undo it, in place.
 */

/** x86: the 32-bit operands of e8 (call) and e9 (jmp). */
export function undoX86Branches(data: Buffer): void {
  const isHigh = (byte: number): boolean => byte === 0 || byte === 0xff;
  // Bit n of `seen`: the byte n + 1 places back looked like an opcode too. Then this may lie in its operand:
  // by the combination, whether it can be converted at all, and which byte of the operand decides.
  const convertible = [true, true, true, false, true, false, false, false];
  const deciding = [0, 1, 2, 2, 3, 3, 3, 3];
  const end = data.length - 4;
  let seen = 0;
  let last = -1;
  for (let at = 0; at < end; at++) {
    if (((data[at] ?? 0) & 0xfe) !== 0xe8) continue;
    const gap = at - last;
    last = at;
    seen = gap > 3 ? 0 : (seen << (gap - 1)) & 7;
    const shift = (deciding[seen] ?? 0) * 8;
    const blocked = seen !== 0 && (convertible[seen] !== true || isHigh(data[at + 4 - shift / 8] ?? 0));
    if (blocked || !isHigh(data[at + 4] ?? 0)) {
      seen = (seen << 1) | 1;
      continue;
    }
    let absolute = data.readUInt32LE(at + 1);
    let relative = (absolute - (at + 5)) >>> 0;
    while (seen !== 0 && isHigh((relative >>> (24 - shift)) & 0xff)) {
      absolute = (relative ^ (2 ** (32 - shift) - 1)) >>> 0;
      relative = (absolute - (at + 5)) >>> 0;
    }
    // The filter keeps 25 bits; the rest is their sign.
    data.writeInt32LE((relative << 7) >> 7, at + 1);
    at += 4;
  }
}

/** arm64: `bl` in words of 26 bits, and `adrp` within 512 MB. */
export function undoArm64Branches(data: Buffer): void {
  for (let at = 0; at + 4 <= data.length; at += 4) {
    const word = data.readUInt32LE(at);
    if (word >>> 26 === 0x25) {
      const target = (word - (at >>> 2)) & 0x3ff_ffff;
      data.writeUInt32LE((0x9400_0000 | target) >>> 0, at);
    } else if ((word & 0x9f00_0000) >>> 0 === 0x9000_0000) {
      const page = ((word >>> 29) & 3) | ((word >>> 3) & 0x1f_fffc);
      if (((page + 0x2_0000) & 0x1c_0000) !== 0) continue;
      const target = page - (at >>> 12);
      const high = (0 - (target & 0x2_0000)) & 0xe0_0000;
      const kept = (word & 0x9000_001f) >>> 0;
      const low = (target & 3) << 29;
      data.writeUInt32LE((kept | low | ((target & 0x3_fffc) << 3) | high) >>> 0, at);
    }
  }
}
