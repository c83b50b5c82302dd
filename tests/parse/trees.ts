/** Trees made comparable. */

/** The tree as JSON without its spans, and with big integers as text. */
export function textWithoutSpans(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (key === 'span' || key === 'file') return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}

/** The same as a tree again, whose differences can be shown. */
export function withoutSpans(tree: unknown): unknown {
  return JSON.parse(textWithoutSpans(tree));
}
