import { damaged } from './error.ts';
import type { ExportedSymbol } from './profile.ts';

const line = /^0x[0-9a-f]{8}\t(\S+)\t(\S+)\tEXPORT_(\w+)(?:\t(\S*))?$/;

export function isSymvers(text: string): boolean {
  return /^0x[0-9a-f]{8}\t\S+\t/.test(text);
}

/** The symbols that the kernel itself exports, from a `Module.symvers`. Throws where it is damaged. */
export function readSymvers(text: string): readonly ExportedSymbol[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damaged('Module.symvers', 'its last line is cut off');
  const symbols = lines.flatMap((row, i): ExportedSymbol[] => {
    const [, name, owner, kind, namespace] = line.exec(row) ?? [];
    if (name === undefined || kind === undefined)
      throw damaged('Module.symvers', `line ${i + 1} is no export`);
    return owner === 'vmlinux' ? [{ name, gpl: kind.includes('GPL'), namespace: namespace ?? '' }] : [];
  });
  if (symbols.length === 0) throw damaged('Module.symvers', 'it names no symbol of the kernel');
  return symbols;
}
