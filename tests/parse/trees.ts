/** Trees made comparable. */

/** The tree without its spans, and with big integers as text. */
export function withoutSpans(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => {
      if (key === 'span' || key === 'file') return undefined;
      return typeof value === 'bigint' ? `${value}n` : value;
    }),
  );
}
