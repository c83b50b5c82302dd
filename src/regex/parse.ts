/** A pattern as a tree. */
import { ALL_BYTES, type ByteSet, byteRange, complement, NAMED_SETS, NO_BYTES, oneByte } from './bytes.ts';

export type RegexTree =
  | { readonly kind: 'bytes'; readonly set: ByteSet }
  /** `^` and `$`: ends of the string. */
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexTree[] }
  | { readonly kind: 'choice'; readonly branches: readonly RegexTree[] }
  /** Without `most` there is no limit. */
  | { readonly kind: 'repeat'; readonly part: RegexTree; readonly least: number; readonly most?: number }
  /** Groups are counted from 1, by their opening parentheses. */
  | { readonly kind: 'group'; readonly index: number; readonly part: RegexTree };

/** `at` counts characters of the pattern from 0. */
export interface RegexProblem {
  readonly at: number;
  readonly message: string;
}

export interface ParsedRegex {
  readonly tree: RegexTree;
  readonly groups: number;
}

/** Each char of `pattern` is one byte. */
export function parseRegex(pattern: string): ParsedRegex | RegexProblem {
  const parser = new Parser(pattern);
  try {
    return parser.whole();
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
}

class Failure extends Error {
  readonly problem: RegexProblem;

  constructor(at: number, message: string) {
    super(message);
    this.problem = { at, message };
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #groups = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): ParsedRegex {
    const end = this.#text.indexOf('\0');
    if (end >= 0) throw new Failure(end, 'a string ends where it has a NUL, so none can be matched');
    const tree = this.#choice();
    if (this.#peek() === ')') this.#fail('this ‘)’ closes nothing');
    return { tree, groups: this.#groups };
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #fail(message: string, at = this.#at): never {
    throw new Failure(at, message);
  }

  #choice(): RegexTree {
    const branches = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      branches.push(this.#sequence());
    }
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches };
  }

  #sequence(): RegexTree {
    const parts: RegexTree[] = [];
    for (let c = this.#peek(); c !== '' && c !== '|' && c !== ')'; c = this.#peek())
      parts.push(this.#repeated());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts };
  }

  #repeated(): RegexTree {
    let part = this.#atom();
    for (;;) {
      const at = this.#at;
      const times = this.#times();
      if (times === undefined) return part;
      if (part.kind === 'start' || part.kind === 'end')
        this.#fail('an end of the string cannot be repeated', at);
      part = { kind: 'repeat', part, ...times };
    }
  }

  #times(): { least: number; most?: number } | undefined {
    switch (this.#peek()) {
      case '*':
        this.#at++;
        return { least: 0 };
      case '+':
        this.#at++;
        return { least: 1 };
      case '?':
        this.#at++;
        return { least: 0, most: 1 };
      case '{':
        return this.#braces();
      default:
        return undefined;
    }
  }

  #braces(): { least: number; most?: number } {
    const start = this.#at++;
    const least = this.#number();
    if (this.#peek() === '}') {
      this.#at++;
      return { least, most: least };
    }
    if (this.#peek() !== ',') this.#fail('after ‘{’ and a number comes ‘}’ or ‘,’');
    this.#at++;
    if (this.#peek() === '}') {
      this.#at++;
      return { least };
    }
    const most = this.#number();
    if (this.#peek() !== '}') this.#fail('‘}’ is missing');
    this.#at++;
    if (most < least) this.#fail(`{${least},${most}} wants more times than it allows`, start);
    return { least, most };
  }

  #number(): number {
    const digits = /^\d+/.exec(this.#text.slice(this.#at, this.#at + 10))?.[0];
    if (digits === undefined) this.#fail('after ‘{’ comes how often; write \\{ for the brace itself');
    this.#at += digits.length;
    return Number(digits);
  }

  #atom(): RegexTree {
    const c = this.#peek();
    const start = this.#at++;
    switch (c) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'bytes', set: ALL_BYTES };
      case '(':
        return this.#group(start);
      case '[':
        return { kind: 'bytes', set: this.#brackets(start) };
      case '\\':
        return { kind: 'bytes', set: oneByte(this.#escaped()) };
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#fail(`there is nothing before this ‘${c}’ to repeat`, start);
      default:
        return { kind: 'bytes', set: oneByte(c.charCodeAt(0)) };
    }
  }

  /** The character after a backslash, which stands for itself. */
  #escaped(): number {
    const c = this.#peek();
    if (c === '') this.#fail('the pattern ends in a backslash');
    this.#at++;
    return c.charCodeAt(0);
  }

  #group(start: number): RegexTree {
    const plain = this.#text.startsWith('?:', this.#at);
    if (plain) this.#at += 2;
    else if (this.#peek() === '?') this.#fail('after ‘(?’ comes ‘:’; nothing else is known', start);
    const index = plain ? 0 : ++this.#groups;
    const part = this.#choice();
    if (this.#peek() !== ')') this.#fail('this ‘(’ is never closed', start);
    this.#at++;
    return plain ? part : { kind: 'group', index, part };
  }

  #brackets(start: number): ByteSet {
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    let set = NO_BYTES;
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#peek() === '') this.#fail('this ‘[’ is never closed', start);
      set |= this.#member();
    }
    this.#at++;
    return negated ? complement(set) : set;
  }

  #member(): ByteSet {
    if (this.#text.startsWith('[:', this.#at)) return this.#named();
    const at = this.#at;
    const low = this.#bracketed();
    const following = this.#text.charAt(this.#at + 1);
    if (this.#peek() !== '-' || following === ']' || following === '') return oneByte(low);
    this.#at++;
    const high = this.#bracketed();
    if (high < low) {
      this.#fail(`the range ${String.fromCharCode(low)}-${String.fromCharCode(high)} is empty`, at);
    }
    return byteRange(low, high);
  }

  #bracketed(): number {
    const c = this.#text.charCodeAt(this.#at++);
    return c === 0x5c ? this.#escaped() : c;
  }

  #named(): ByteSet {
    const close = this.#text.indexOf(':]', this.#at + 2);
    const name = this.#text.slice(this.#at + 2, close < 0 ? undefined : close);
    const set = close < 0 ? undefined : NAMED_SETS.get(name);
    if (set === undefined) {
      this.#fail(`there is no class [:${name}:]; the classes are ${[...NAMED_SETS.keys()].join(', ')}`);
    }
    this.#at = close + 2;
    return set;
  }
}
