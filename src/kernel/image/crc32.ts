/** The CRC-32 of xz and gzip. (Node has it from 20.15 on; tapc runs on any 20.) */
export function crc32(data: Uint8Array): number {
  const table = crcTable();
  let crc = 0xffff_ffff | 0;
  for (let at = 0; at < data.length; at++) {
    crc = (table[(crc ^ (data[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function crcTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
    return value;
  });
}
