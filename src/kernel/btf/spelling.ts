import type { CType, IntType } from './ctype.ts';

/** What a spelled type rests on, before its stars and brackets. */
export type SpelledBase =
  | { readonly kind: 'struct' | 'union' | 'enum' | 'typedef'; readonly name: string }
  | { readonly kind: 'int'; readonly type: IntType }
  | { readonly kind: 'void' };

/** A C spelling of a type, taken apart: the base, then what is applied to it, in order. */
export interface SpelledType {
  readonly base: SpelledBase;
  readonly steps: readonly (
    | { readonly kind: 'pointer' | 'const' | 'volatile' }
    | { readonly kind: 'array'; readonly length: number }
  )[];
}

const integerWords: ReadonlySet<string> = new Set(['char', 'short', 'int', 'long', 'signed', 'unsigned']);
const token = /\s*(?:([A-Za-z_]\w*)|(\*)|\[\s*(\d*)\s*\]|(\S))/gy;

/** Takes a C spelling of a type apart; undefined where it is not one (declarators of functions are not read). */
export function readSpelling(text: string): SpelledType | undefined {
  const words: string[] = [];
  const steps: SpelledType['steps'][number][] = [];
  const lengths: number[] = [];
  for (const [, word, star, length, other] of text.trim().matchAll(token)) {
    if (other !== undefined) return undefined;
    if (length !== undefined) lengths.push(length === '' ? 0 : Number(length));
    else if (lengths.length > 0) return undefined;
    else if (star !== undefined) steps.push({ kind: 'pointer' });
    else if (word === 'const' || word === 'volatile') steps.push({ kind: word });
    else if (word === 'restrict' || word === '__user' || word === '__percpu' || word === '__rcu') continue;
    else if (word !== undefined && steps.every((step) => step.kind !== 'pointer')) words.push(word);
    else return undefined;
  }
  const base = readBase(words);
  if (base === undefined) return undefined;
  // `int[2][3]` is two arrays of three: the last bracket applies first.
  const arrays = lengths.reverse().map((length) => ({ kind: 'array' as const, length }));
  return { base, steps: [...steps, ...arrays] };
}

function readBase(words: readonly string[]): SpelledBase | undefined {
  const [first, second] = words;
  if (first === undefined) return undefined;
  if (words.length === 2 && second !== undefined) {
    if (first === 'struct' || first === 'union' || first === 'enum') return { kind: first, name: second };
  }
  if (words.every((word) => integerWords.has(word))) {
    const type = integerType(words);
    return type === undefined ? undefined : { kind: 'int', type };
  }
  if (words.length > 1 || first === 'struct' || first === 'union' || first === 'enum') return undefined;
  if (first === 'void') return { kind: 'void' };
  if (first === '_Bool') return { kind: 'int', type: { ...integer('_Bool', 1, false), bool: true } };
  return { kind: 'typedef', name: first };
}

function integer(name: string, size: number, signed: boolean): IntType {
  return { kind: 'int', name, size, bits: size * 8, signed, bool: false, char: name === 'char' };
}

/** The type of `unsigned long`, in any order of words, under the name that compilers give it in BTF. */
function integerType(words: readonly string[]): IntType | undefined {
  const count = (word: string): number => words.filter((candidate) => candidate === word).length;
  const longs = count('long');
  const signs = count('signed') + count('unsigned');
  const unsigned = count('unsigned') === 1;
  const unsignedWord = unsigned ? 'unsigned ' : '';
  if (signs > 1 || count('int') > 1 || longs > 2) return undefined;
  if (count('char') > 0) {
    if (words.length - signs !== 1) return undefined;
    return integer(count('signed') === 1 ? 'signed char' : `${unsignedWord}char`, 1, !unsigned);
  }
  if (count('short') > 0) {
    if (count('short') > 1 || longs > 0) return undefined;
    return integer(`short ${unsignedWord}int`, 2, !unsigned);
  }
  if (longs > 0) return integer(`${longs === 2 ? 'long long' : 'long'} ${unsignedWord}int`, 8, !unsigned);
  return integer(`${unsignedWord}int`, 4, !unsigned);
}

/**
 * Spells a type in C, around a declarator: `spellType(type, 'name')` gives `char name[16]`; without one, the
 * type as in a cast. Anonymous structs and unions come out as `struct {...}`.
 */
export function spellType(type: CType, declarator = ''): string {
  switch (type.kind) {
    case 'void':
      return join('void', declarator);
    case 'int':
    case 'float':
    case 'typedef':
      return join(type.name, declarator);
    case 'struct':
    case 'union':
    case 'enum':
      return join(`${type.kind} ${type.name === '' ? '{...}' : type.name}`, declarator);
    case 'forward':
      return join(`${type.of} ${type.name}`, declarator);
    case 'tag':
      return spellType(type.target, declarator);
    case 'const':
    case 'volatile':
    case 'restrict':
      // A qualified pointer wears its qualifier behind the star, anything else in front.
      return type.target.kind === 'pointer'
        ? spellType(type.target, declarator === '' ? type.kind : `${type.kind} ${declarator}`)
        : `${type.kind} ${spellType(type.target, declarator)}`;
    case 'pointer':
      return spellType(type.target, binds(type.target) ? `(*${declarator})` : `*${declarator}`);
    case 'array':
      return spellType(type.element, `${declarator}[${type.length === 0 ? '' : type.length}]`);
    case 'function': {
      const params = type.params.map((parameter) => spellType(parameter.type, parameter.name));
      if (type.variadic) params.push('...');
      return spellType(type.returns, `${declarator}(${params.join(', ') || 'void'})`);
    }
  }
}

/** Brackets and parentheses of a declarator bind more tightly than its star. */
function binds(type: CType): boolean {
  if (type.kind === 'tag' || type.kind === 'const' || type.kind === 'volatile') return binds(type.target);
  return type.kind === 'array' || type.kind === 'function';
}

function join(base: string, declarator: string): string {
  return declarator === '' || declarator.startsWith('[') ? `${base}${declarator}` : `${base} ${declarator}`;
}
