/** A pattern of names: `*`, `?`, `[a-z]`, `[!a-z]`, and alternatives in braces. */
export interface Glob {
  /** What every matching name begins with. */
  readonly prefix: string;
  /** Whether the pattern is a plain name. */
  readonly literal: boolean;
  test(name: string): boolean;
}

type Step =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' | 'star' }
  | { readonly kind: 'set'; readonly not: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** Beyond so many alternatives braces stand for themselves. */
const maximumAlternatives = 256;

/** Compiles a pattern; any text is one, what is not whole in it (an open bracket) stands for itself. */
export function compileGlob(pattern: string): Glob {
  const prefix = /^[^*?[{\\]*/.exec(pattern)?.[0] ?? '';
  if (prefix === pattern) return { prefix, literal: true, test: (name) => name === pattern };
  if (!/[?[{\\]/.test(pattern)) return { prefix, literal: false, test: starsOnly(pattern) };
  const alternatives = expandBraces(pattern).map(readSteps);
  return { prefix, literal: false, test: (name) => alternatives.some((steps) => matches(steps, name)) };
}

/** The common patterns by searching for their parts, one after the other. */
function starsOnly(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
      return false;
    const end = name.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

function expandBraces(pattern: string): readonly string[] {
  let patterns: readonly string[] = [pattern];
  for (;;) {
    // The innermost braces first: they hold no others.
    const next = patterns.flatMap((text) => {
      const found = /\{([^{}]*)\}/.exec(text);
      if (found === null) return [text];
      const after = text.slice(found.index + found[0].length);
      return (found[1] ?? '').split(',').map((choice) => text.slice(0, found.index) + choice + after);
    });
    if (next.length > maximumAlternatives) return [pattern];
    if (next.length === patterns.length && next.every((text, index) => text === patterns[index]))
      return patterns;
    patterns = next;
  }
}

function readSteps(pattern: string): readonly Step[] {
  const steps: Step[] = [];
  for (const [, escaped, not, set, star, any, other] of pattern.matchAll(
    /\\(.)|\[(!?)([^\]]+)\]|(\*)+|(\?)|(.)/gsu,
  )) {
    if (set !== undefined) {
      const ranges = [...set.matchAll(/(.)-(.)|(.)/gsu)].map(
        ([, low, high, one]) => [low ?? one ?? '', high ?? one ?? ''] as const,
      );
      steps.push({ kind: 'set', not: not === '!', ranges });
    } else if (star !== undefined) steps.push({ kind: 'star' });
    else if (any !== undefined) steps.push({ kind: 'any' });
    else for (const char of escaped ?? other ?? '') steps.push({ kind: 'char', char });
  }
  return steps;
}

/** Goes back to the last star alone, so that no pattern takes more than steps times letters. */
function matches(steps: readonly Step[], name: string): boolean {
  let step = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const current = steps[step];
    if (current?.kind === 'star') {
      star = step++;
      starAt = at;
    } else if (current !== undefined && accepts(current, name.charAt(at))) {
      step++;
      at++;
    } else if (star >= 0) {
      step = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (steps[step]?.kind === 'star') step++;
  return step === steps.length;
}

function accepts(step: Step, char: string): boolean {
  switch (step.kind) {
    case 'char':
      return step.char === char;
    case 'set':
      return step.ranges.some(([low, high]) => low <= char && char <= high) !== step.not;
    case 'any':
    case 'star':
      return true;
  }
}
