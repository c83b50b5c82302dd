/** A script as what stands in it: its tokens as written and its comments, each with the line breaks before it. */
import type { Source } from '../1-parse/ast.ts';
import { lex } from '../1-parse/lex.ts';
import { KIND, type Problem, type Token } from '../1-parse/tokens.ts';

export interface Element {
  /** As written. */
  readonly text: string;
  /** A token's kind; empty for a comment. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Line breaks between the element before and this one. */
  readonly breaks: number;
  /** White space stands before it. */
  readonly apart: boolean;
}

export interface Elements {
  readonly list: readonly Element[];
  /** What keeps the text from being taken apart: an unclosed string, a stray character. */
  readonly problems: readonly { readonly token: Token; readonly problem: Problem }[];
}

export function elementsOf(source: Source): Elements {
  const { text } = source;
  const { tokens, comments } = lex(source, undefined);
  const problems = tokens.flatMap((token) => {
    const { problem } = token;
    // What an argument will be is not known here.
    return problem === undefined || problem.code === 'missing-argument' ? [] : [{ token, problem }];
  });
  const places = [
    ...tokens.map(({ kind, start, end }) => ({ kind, start, end })),
    ...comments.map(({ start, end }) => ({ kind: '', start, end })),
  ].sort((a, b) => a.start - b.start);
  let before = 0;
  const list = places.map(({ kind, start, end }): Element => {
    const between = text.slice(before, start);
    before = end;
    return {
      // Lines end alike outside of comments and in them.
      text: kind === '' ? text.slice(start, end).replaceAll('\r\n', '\n').trimEnd() : text.slice(start, end),
      kind,
      start,
      end,
      breaks: between.split('\n').length - 1,
      apart: between !== '',
    };
  });
  return { list, problems };
}

export function isComment(element: Element | undefined): boolean {
  return element?.kind === '';
}

export function isLineComment(element: Element | undefined): boolean {
  return isComment(element) && element?.text.startsWith('/*') === false;
}

/** Kinds and texts of the tokens: what a script means depends on nothing else. */
export function meaningOf(elements: readonly Element[]): readonly string[] {
  return elements.map((e) => `${e.kind === '' ? 'comment' : e.kind} ${commentMeaning(e)}`);
}

/** White space at the ends of a comment's lines means nothing. */
function commentMeaning({ kind, text }: Element): string {
  return kind === '' ? text.replace(/\s+/g, ' ') : text;
}

export function isEmbeddedC({ kind }: Element): boolean {
  return kind === KIND.embeddedC;
}
