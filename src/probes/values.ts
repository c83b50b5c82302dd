/** Values of C types as numbers of the script. */
import { type CType, strip } from '../kernel/types.ts';

/**
 * C expression of what lies in the low bytes of `word` (an `unsigned long`), widened by the type's own width and sign; undefined
 * where the type does not fit a number (structs, floating point).
 */
export function numberOf(type: CType, word: string): string | undefined {
  const plain = strip(type);
  switch (plain.kind) {
    case 'int':
      return plain.bool ? narrow(word, 1, false) : narrow(word, plain.size, plain.signed);
    case 'enum':
      return narrow(word, plain.size, plain.signed);
    case 'pointer':
      return word;
    case 'void':
    case 'float':
    case 'array':
    case 'struct':
    case 'union':
    case 'forward':
    case 'function':
      return undefined;
  }
}

/** C type that a number is narrowed to when it becomes a value of `type`; undefined for the full width. */
export function narrowType(type: CType): string | undefined {
  const plain = strip(type);
  if (plain.kind !== 'int' && plain.kind !== 'enum') return undefined;
  if (plain.kind === 'int' && plain.bool) return 'bool';
  return plain.size < 8 ? `${plain.signed ? 's' : 'u'}${plain.size * 8}` : undefined;
}

function narrow(word: string, size: number, signed: boolean): string | undefined {
  if (size === 8) return word;
  return size === 1 || size === 2 || size === 4 ? `(${signed ? 's' : 'u'}${size * 8})${word}` : undefined;
}
