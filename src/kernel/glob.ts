/** A pattern of names: `*`, `?`, `[a-z]`, `[!a-z]`, and alternatives in braces. */
export interface Glob {
  /** What every matching name begins with. */
  readonly prefix: string;
  /** Whether the pattern is a plain name. */
  readonly literal: boolean;
  test(name: string): boolean;
}

/** Compiles a pattern; any text is one, what is not whole in it (an open bracket) stands for itself. */
export function compileGlob(pattern: string): Glob {
  const prefix = /^[^*?[{\\]*/.exec(pattern)?.[0] ?? '';
  if (prefix === pattern) return { prefix, literal: true, test: (name) => name === pattern };
  // Stars of one run match what one star does, and cost the matching dear.
  const expression = new RegExp(`^(?:${translate(pattern.replace(/\*+/g, '*'))})$`);
  return { prefix, literal: false, test: (name) => expression.test(name) };
}

function translate(pattern: string): string {
  const part = /\\(.)|\[(!?)([^\]]+)\]|\{([^{}]*)\}|(\*)|(\?)|(.)/gs;
  let expression = '';
  for (const [, escaped, not, set, alternatives, star, any, other] of pattern.matchAll(part)) {
    if (set !== undefined) expression += `[${not === '!' ? '^' : ''}${set.replace(/[\\\]^[]/g, '\\$&')}]`;
    else if (alternatives !== undefined)
      expression += `(?:${alternatives.split(',').map(translate).join('|')})`;
    else if (star !== undefined) expression += '.*';
    else if (any !== undefined) expression += '.';
    else expression += (escaped ?? other ?? '').replace(/[^\w]/g, '\\$&');
  }
  return expression;
}
