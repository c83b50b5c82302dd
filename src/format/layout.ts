/** Lines and their indentation. */
import { KIND } from '../1-parse/tokens.ts';
import { type Element, isComment, isEmbeddedC, isLineComment } from './elements.ts';
import { continues, isOpenEnded, isPrefix, isSpaced, type Part } from './spacing.ts';
import type { Statements } from './statements.ts';

const INDENT = '  ';
/** Levels that a line which goes on with the one before is set in. */
const CONTINUATION = 2;
/** A block that was written on one line stays there up to so many characters. */
const FLAT = 80;

interface Brace {
  /** Its statements stand on lines of their own. */
  readonly lines: boolean;
}

interface State {
  braces: Brace[];
  head: Part['head'];
  brackets: number;
  ternaries: number;
}

export function layout(list: readonly Element[], statements: Statements): string {
  return new Layout(list, statements).run();
}

class Layout {
  readonly #list: readonly Element[];
  readonly #statements: Statements;
  /** By index of a `{` that opens a block, the index of its `}`. */
  readonly #closing: ReadonlyMap<number, number>;
  /** Indices of braces of `a.{b,c}`. */
  readonly #groups = new Set<number>();
  /** Indices of the words that items begin with. */
  readonly #items = new Set<number>();
  readonly #saved: State[] = [];
  #state: State = { braces: [], head: undefined, brackets: 0, ternaries: 0 };
  #depth = 0;
  #out = '';

  constructor(list: readonly Element[], statements: Statements) {
    this.#list = list;
    this.#statements = statements;
    this.#closing = this.#matchBraces();
  }

  run(): string {
    this.#list.forEach((element, i) => {
      const before = this.#list[i - 1];
      this.#enter(element, i);
      if (before !== undefined) this.#separate(before, element, i);
      else if (this.#out === '') this.#out = '';
      this.#out += element.text;
      this.#leave(element, i);
    });
    return this.#out === '' ? '' : `${this.#out}\n`;
  }

  /** Pairs of braces; and which of them stand in a probe point. */
  #matchBraces(): Map<number, number> {
    const closing = new Map<number, number>();
    const open: number[] = [];
    let inPoint = false;
    let before: Element | undefined;
    this.#list.forEach((element, i) => {
      if (isComment(element)) return;
      if (open.length === 0 && isItemWord(element) && before?.kind !== KIND.dot) {
        this.#items.add(i);
        inPoint = element.kind === KIND.probe;
      }
      if (element.kind === KIND.openBrace) {
        const isGroup = inPoint && /^(?:probe|\.|,|=|\+=|\{)$/.test(before?.text ?? '');
        if (isGroup) this.#groups.add(i);
        else inPoint = false;
        open.push(i);
      } else if (element.kind === KIND.closeBrace) {
        const opened = open.pop();
        if (opened !== undefined) {
          if (this.#groups.has(opened)) this.#groups.add(i);
          closing.set(opened, i);
        }
      }
      before = element;
    });
    return closing;
  }

  #hasLines(open: number): boolean {
    const close = this.#closing.get(open);
    if (close === undefined) return true;
    let length = 0;
    for (let i = open + 1; i <= close; i++) {
      const element = this.#list[i];
      if (element === undefined || element.breaks > 0 || isLineComment(element)) return true;
      length += element.text.length + 1;
    }
    return length > FLAT;
  }

  #enter(element: Element, i: number): void {
    const { kind } = element;
    if (kind === KIND.closeBrace && !this.#groups.has(i)) this.#state.braces.pop();
    if (!this.#items.has(i)) return;
    this.#state.head = kind === KIND.probe ? 'probe' : kind === KIND.global ? 'global' : 'function';
    this.#state.brackets = 0;
    this.#state.ternaries = 0;
  }

  #leave(element: Element, i: number): void {
    const { kind, text } = element;
    const state = this.#state;
    if (kind === KIND.openBrace && !this.#groups.has(i)) {
      state.braces.push({ lines: this.#hasLines(i) });
      state.head = undefined;
    } else if (isEmbeddedC(element)) state.head = undefined;
    else if (text === '(' || text === '[') state.brackets++;
    else if (text === ')' || text === ']') state.brackets = Math.max(0, state.brackets - 1);
    else if (text === '?' && !(state.head === 'probe' && state.brackets === 0)) state.ternaries++;
    else if (text === ':') state.ternaries = Math.max(0, state.ternaries - 1);
    // Each branch of a condition begins as the first did.
    else if (kind === KIND.ppThen) this.#saved.push(copy(state));
    else if (kind === KIND.ppElse) this.#state = copy(this.#saved.at(-1) ?? state);
    else if (kind === KIND.ppClose) this.#saved.pop();
  }

  #separate(before: Element, element: Element, i: number): void {
    const breaks = this.#breaks(before, element, i);
    if (breaks > 0) {
      this.#out += '\n'.repeat(breaks) + INDENT.repeat(this.#indentation(element, i));
      return;
    }
    const { head, brackets, ternaries } = this.#state;
    const group = this.#groups.has(i) || this.#groups.has(i - 1);
    const part: Part = {
      head,
      brackets,
      ternaries,
      prefix: isPrefix(before, this.#startsStatement(before) ? undefined : this.#significant(i - 2)),
      starts: this.#startsStatement(element),
      group: group && element.text !== '{' ? true : group && before.text === '.',
    };
    const isGroupEnd = this.#groups.has(i - 1) && before.text === '}';
    const spaced = isGroupEnd
      ? element.text === '{' || element.text === '='
      : isSpaced(before, element, this.#list[i + 1], part);
    if (spaced) this.#out += ' ';
  }

  #startsStatement({ start }: Element): boolean {
    return this.#statements.starts.has(start);
  }

  /** The last token at or before an index. */
  #significant(index: number): Element | undefined {
    for (let i = index; i >= 0; i--) {
      const element = this.#list[i];
      if (element !== undefined && !isComment(element)) return element;
    }
    return undefined;
  }

  #breaks(before: Element, element: Element, i: number): number {
    const kept = Math.min(element.breaks, 2);
    const needed = isLineComment(before) ? 1 : 0;
    const { braces, brackets } = this.#state;
    const closes = element.kind === KIND.closeBrace && !this.#groups.has(i);
    const opened = before.kind === KIND.openBrace && !this.#groups.has(i - 1);
    if (opened || closes) {
      const open = opened ? i - 1 : this.#opening(i);
      if (open !== undefined && !this.#hasLines(open)) return 0;
      if (opened && closes) return this.#list[i - 1] === before && element.breaks === 0 ? 0 : 1;
      return isComment(element) && element.breaks === 0 ? 0 : 1;
    }
    if (isComment(element)) return Math.max(needed, kept);
    const isBlock = element.kind === KIND.openBrace && !this.#groups.has(i);
    if (isBlock && (joinsHead(before) || this.#groups.has(i - 1))) return needed;
    const isElse = element.kind === KIND.else || element.kind === KIND.catch;
    if (isElse && before.kind === KIND.closeBrace) return needed;
    const lines = braces.at(-1)?.lines ?? true;
    const isItem = this.#items.has(i) && before.kind !== KIND.private && !isPreprocessor(before);
    const isOwn =
      lines && this.#statements.starts.get(element.start)?.own === true && !isPreprocessor(before);
    const ended =
      lines && before.kind === KIND.semicolon && brackets === 0 && element.kind !== KIND.semicolon;
    if (isItem || isOwn || ended) return Math.max(1, kept);
    return Math.max(needed, brackets > 0 ? Math.min(kept, 1) : kept);
  }

  #opening(close: number): number | undefined {
    for (const [open, end] of this.#closing) if (end === close) return open;
    return undefined;
  }

  #indentation(element: Element, i: number): number {
    const base = this.#state.braces.filter((b) => b.lines).length;
    const set = (depth: number): number => {
      this.#depth = depth;
      return base + depth;
    };
    if (element.kind === KIND.closeBrace) return set(0);
    if (isComment(element)) return base + this.#depthAhead(i);
    if (element.kind === KIND.else) {
      const depth = this.#statements.elses.get(this.#list[i + 1]?.start ?? -1);
      return set(depth ?? 0);
    }
    const start = this.#statements.starts.get(element.start);
    if (start !== undefined) return set(start.depth);
    if (isPreprocessor(element)) return base;
    if (element.kind === KIND.openBrace && !this.#groups.has(i)) return set(0);
    const before = this.#significant(i - 1);
    const goesOn =
      this.#state.brackets > 0 ||
      continues(element) ||
      (before !== undefined && isOpenEnded(before)) ||
      (this.#state.head !== undefined && !this.#items.has(i));
    if (goesOn) return base + this.#depth + CONTINUATION;
    return set(0);
  }

  /** Of a comment: that of the statement behind it. */
  #depthAhead(index: number): number {
    for (let i = index + 1; i < this.#list.length; i++) {
      const element = this.#list[i];
      if (element === undefined || isComment(element)) continue;
      if (this.#state.brackets > 0) return this.#depth + CONTINUATION;
      return this.#statements.starts.get(element.start)?.depth ?? 0;
    }
    return 0;
  }
}

function copy(state: State): State {
  return { ...state, braces: [...state.braces] };
}

/** Whether a block behind it stands on its line. */
function joinsHead(before: Element): boolean {
  return !isComment(before) && !isPreprocessor(before) && !/^[;{}]$/.test(before.text);
}

function isItemWord({ kind }: Element): boolean {
  return kind === KIND.probe || kind === KIND.function || kind === KIND.global || kind === KIND.private;
}

function isPreprocessor({ kind }: Element): boolean {
  return kind === KIND.ppOpen || kind === KIND.ppThen || kind === KIND.ppElse || kind === KIND.ppClose;
}
