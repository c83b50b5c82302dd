/** Writes a 64-bit little-endian ELF file of sections alone, as readers of vmlinux and modules want it. */
export function buildElf(
  machine: number,
  sections: readonly (readonly [name: string, data: Buffer, address?: bigint])[],
): Buffer {
  const names = Buffer.from(`\0${[...sections.map(([name]) => name), '.shstrtab'].join('\0')}\0`, 'latin1');
  const all = [...sections, ['.shstrtab', names] as const];
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[4] = 2;
  header[5] = 1;
  header.writeUInt16LE(machine, 18);
  let offset = 64;
  const table = [Buffer.alloc(64)];
  for (const [name, data, address = 0n] of all) {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(names.indexOf(`\0${name}\0`, 0, 'latin1') + 1, 0);
    entry.writeUInt32LE(1, 4);
    entry.writeBigUInt64LE(address, 16);
    entry.writeBigUInt64LE(BigInt(offset), 24);
    entry.writeBigUInt64LE(BigInt(data.length), 32);
    table.push(entry);
    offset += data.length;
  }
  header.writeBigUInt64LE(BigInt(offset), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(table.length, 60);
  header.writeUInt16LE(table.length - 1, 62);
  return Buffer.concat([header, ...all.map(([, data]) => data), ...table]);
}

/** An export table of names, with the strings behind it: `__ksymtab` at an address, as the linker lays it. */
export function exportSections(
  names: readonly string[],
): (readonly [name: string, data: Buffer, address: bigint])[] {
  const strings = Buffer.from(`${names.join('\0')}\0`, 'latin1');
  const tableAddress = 0xffff_ffff_8200_0000n;
  const stringsAddress = tableAddress + 0x1000n;
  const table = Buffer.alloc(names.length * 12);
  for (const [index, name] of names.entries()) {
    const at = index * 12 + 4;
    const start = names.slice(0, index).reduce((sum, before) => sum + before.length + 1, 0);
    table.writeInt32LE(0x1000 + start - at, at);
    if (strings.toString('latin1', start, start + name.length) !== name) throw new Error('wrong offset');
  }
  return [
    ['__ksymtab', table, tableAddress],
    ['__ksymtab_strings', strings, stringsAddress],
  ];
}

/** x86's boot image around a packed vmlinux. */
export function buildBzImage(payload: Buffer, release: string, version: string): Buffer {
  const setup = Buffer.alloc(0x400);
  setup[0x1f1] = 1;
  setup.writeUInt16LE(0xaa55, 0x1fe);
  setup.write('HdrS', 0x202, 'latin1');
  setup.writeUInt16LE(0x20f, 0x206);
  setup.writeUInt16LE(0x300 - 0x200, 0x20e);
  setup.write(`${release} (someone@somewhere) ${version}\0`, 0x300, 'latin1');
  setup.writeUInt32LE(64, 0x248);
  setup.writeUInt32LE(payload.length, 0x24c);
  return Buffer.concat([setup, Buffer.alloc(64), payload]);
}
