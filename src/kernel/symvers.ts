import { damaged } from './error.ts';
import type { ExportedSymbol } from './profile.ts';

const line = /^0x[0-9a-f]{8}\t([^\t\n]+)\t([^\t\n]+)\tEXPORT_SYMBOL(_GPL)?(?:\t([^\t\n]*))?$/gm;

export function isSymvers(text: string): boolean {
  return /^0x[0-9a-f]{8}\t\S+\t/.test(text);
}

/** The symbols that the kernel itself exports, from a `Module.symvers`. */
export function readSymvers(text: string): readonly ExportedSymbol[] {
  if (!text.endsWith('\n')) throw damaged('Module.symvers', 'its last line is cut off');
  const symbols: ExportedSymbol[] = [];
  for (const [, name, owner, gpl, namespace] of text.matchAll(line)) {
    if (name !== undefined && owner === 'vmlinux') {
      symbols.push({ name, gpl: gpl !== undefined, namespace: namespace ?? '' });
    }
  }
  if (symbols.length === 0) throw damaged('Module.symvers', 'it names no symbol of the kernel');
  return symbols;
}
