/** The comment that documents an item. */
import type { Comment } from './lex.ts';

/**
 * The text of the comment that ends directly before `at`, on the line above or the same one; of line
 * comments the whole run of lines. Comment marks and the stars at the left of a block are left out.
 */
export function docBefore(text: string, comments: readonly Comment[], at: number): string | undefined {
  let i = lastBefore(comments, at);
  const parts: string[] = [];
  for (let next = at; i >= 0; i--) {
    const comment = comments[i];
    if (comment === undefined || !touches(text.slice(comment.end, next))) break;
    const part = text.slice(comment.start, comment.end);
    const block = part.startsWith('/*');
    if (block && parts.length > 0) break;
    if (!block && (!standsAlone(text, comment.start) || part.startsWith('#!'))) break;
    parts.unshift(block ? blockText(part) : part.replace(/^(?:#+|\/\/+) ?/, ''));
    if (block) break;
    next = comment.start;
  }
  const doc = parts.join('\n').trim();
  return doc === '' ? undefined : doc;
}

/** Index of the last comment that ends at or before `at`. */
function lastBefore(comments: readonly Comment[], at: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.end ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** White space without an empty line. */
function touches(between: string): boolean {
  return /^[ \t\r\f\v]*\n?[ \t\r\f\v]*$/.test(between);
}

/** Whether nothing but white space stands before it on its line. */
function standsAlone(text: string, start: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return line.trim() === '';
}

function blockText(comment: string): string {
  return comment
    .replace(/^\/\*+/, '')
    .replace(/\*+\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n');
}
