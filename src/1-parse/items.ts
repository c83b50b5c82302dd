/** Cuts the tokens of a script into top-level items, and settles what a word is by where it stands. */
import { isKeyword, KIND, type Token } from './tokens.ts';

export interface RawItem {
  readonly tokens: readonly Token[];
  /** The kinds of the tokens: what the grammar matches. */
  readonly kinds: string;
  /** False for a run of tokens that cannot begin an item. */
  readonly startsItem: boolean;
}

/**
 * The items. A keyword that only an item begins with ends the item before it, closed or not, so that one
 * missing brace spoils one item.
 */
export function splitItems(tokens: readonly Token[]): readonly RawItem[] {
  const items: RawItem[] = [];
  for (let i = 0; i < tokens.length; ) {
    const cutter = new Cutter(tokens, i);
    items.push(cutter.cut());
    i = cutter.at;
  }
  return items;
}

function isItemKeyword(kind: string): boolean {
  return kind === KIND.probe || kind === KIND.function || kind === KIND.global || kind === KIND.private;
}

function isMemberDot(kind: string): boolean {
  return kind === KIND.dot || kind === KIND.arrow;
}

class Cutter {
  at: number;
  readonly #input: readonly Token[];
  readonly #tokens: Token[] = [];
  #kinds = '';
  /** Braces that are open; true for those of a probe point's group. */
  readonly #braces: boolean[] = [];
  #parens = 0;
  /** Whether the points of a probe are being read. */
  #header = false;

  constructor(input: readonly Token[], at: number) {
    this.#input = input;
    this.at = at;
  }

  cut(): RawItem {
    const first = this.#kindAt(this.at);
    if (first === KIND.embeddedC) this.#take();
    else if (isItemKeyword(first)) this.#item(first);
    else return this.#junk();
    return this.#done(true);
  }

  #kindAt(i: number): string {
    return this.#input[i]?.kind ?? '';
  }

  #done(startsItem: boolean): RawItem {
    return { tokens: this.#tokens, kinds: this.#kinds, startsItem };
  }

  #junk(): RawItem {
    do this.#take();
    while (
      this.at < this.#input.length &&
      !this.#itemStartsHere() &&
      this.#kindAt(this.at) !== KIND.embeddedC
    );
    return this.#done(false);
  }

  #itemStartsHere(): boolean {
    return isItemKeyword(this.#kindAt(this.at)) && !isMemberDot(this.#kindAt(this.at - 1));
  }

  #item(first: string): void {
    this.#take();
    let what = first;
    if (first === KIND.private) {
      const next = this.#kindAt(this.at);
      if (next === KIND.function || next === KIND.global) {
        this.#take();
        what = next;
      } else {
        what = KIND.global;
      }
    }
    this.#header = what === KIND.probe;
    while (this.at < this.#input.length && !this.#ends(what)) {
      const kind = this.#takeInItem();
      if (this.#braces.length > 0 || this.#header) continue;
      const closesBody = kind === KIND.closeBrace && !this.#epilogueFollows(what);
      if (closesBody || kind === KIND.embeddedC || (what === KIND.global && kind === KIND.semicolon)) return;
    }
  }

  /** Whether the next token belongs to another item. */
  #ends(what: string): boolean {
    const kind = this.#kindAt(this.at);
    if (what === KIND.global && kind === KIND.embeddedC) return true;
    const inGroup = this.#header && (this.#braces.length > 0 || this.#atPointName());
    return isItemKeyword(kind) && !isMemberDot(this.#kindAt(this.at - 1)) && !inGroup;
  }

  #epilogueFollows(what: string): boolean {
    return (
      what === KIND.probe &&
      this.#kindAt(this.at) === KIND.comma &&
      this.#kindAt(this.at + 1) === KIND.openBrace
    );
  }

  #takeInItem(): string {
    const kind = this.#kindAt(this.at);
    if (this.#header && this.#parens === 0 && this.#takePointName()) return kind;
    if (kind === KIND.openParen) this.#parens += 1;
    else if (kind === KIND.closeParen) this.#parens = Math.max(0, this.#parens - 1);
    else if (kind === KIND.openBrace) this.#openBrace();
    else if (kind === KIND.closeBrace) this.#braces.pop();
    else if (kind === KIND.embeddedC && this.#parens === 0) this.#header = false;
    this.#take();
    return kind;
  }

  #openBrace(): void {
    const group = this.#header && this.#atPointName();
    this.#braces.push(group);
    if (!group) {
      this.#header = false;
      this.#parens = 0;
    }
  }

  /** Whether a name in a probe point stands here. */
  #atPointName(): boolean {
    if (this.#parens > 0) return false;
    const before = this.#kindAt(this.at - 1);
    const first = this.at > 0 && this.#tokens.length === 1;
    const opens = before === KIND.assign || before === KIND.addAssign || before === KIND.openBrace;
    return first || opens || before === KIND.dot || before === KIND.comma;
  }

  /** Joins `sys_*_foo` into one token, and takes a keyword such as `function` for a name. */
  #takePointName(): boolean {
    const first = this.#input[this.at];
    if (first === undefined || !this.#atPointName() || !isNamePart(first)) return false;
    let last = first;
    let text = first.text;
    let end = this.at + 1;
    for (; ; end++) {
      const next = this.#input[end];
      if (next === undefined || !isNamePart(next) || !adjacent(last, next)) break;
      text += next.text;
      last = next;
    }
    const plain = last === first && first.kind !== KIND.star && first.kind !== KIND.starStar;
    this.#push({ ...first, kind: plain ? KIND.identifier : KIND.pattern, text, end: last.end });
    this.at = end;
    return true;
  }

  #take(): void {
    const token = this.#input[this.at];
    if (token === undefined) return;
    const before = this.#kindAt(this.at - 1);
    const named = before === KIND.arrow || (before === KIND.function && !isItemKeyword(token.kind));
    this.#push(named && isKeyword(token.text) ? { ...token, kind: KIND.identifier } : token);
    this.at += 1;
  }

  #push(token: Token): void {
    this.#tokens.push(token);
    this.#kinds += token.kind;
  }
}

function isNamePart(token: Token): boolean {
  return (
    token.kind === KIND.identifier ||
    token.kind === KIND.star ||
    token.kind === KIND.starStar ||
    isKeyword(token.text)
  );
}

function adjacent(a: Token, b: Token): boolean {
  return a.end === b.start && a.file === b.file && a.via === b.via;
}
