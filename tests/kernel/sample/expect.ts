/**
 * Compares printed text with an expected one that may leave things open. Line by line:
 *
 * - `...` alone stands for any lines, or none;
 * - `/regex/` is a line that matches as a whole, `/regex/+` one or more of them;
 * - `\` at the start takes the rest literally;
 * - in every other line `{int}`, `{hex}`, `{word}` and `{any}` stand for what they say, `{name:int}` also
 *   remembers it, and `{name}` must be equal to what was remembered (or bound by the workload).
 */

const KINDS: Readonly<Record<string, string>> = {
  int: '-?[0-9]+',
  hex: '(?:0x)?[0-9a-f]+',
  word: '\\S+',
  any: '.*',
};

type Pattern =
  | { readonly kind: 'gap' }
  | {
      readonly kind: 'line';
      readonly text: string;
      readonly parts: readonly Part[];
      readonly repeat: boolean;
    };

type Part =
  | { readonly kind: 'regex'; readonly source: string; readonly bind?: string }
  | { readonly kind: 'bound'; readonly name: string };

type Bindings = Readonly<Record<string, string>>;

export interface ExpectOptions {
  /** Lines may come in any order; `...` then allows lines that no pattern takes. */
  readonly anyOrder?: boolean;
  /** Values known beforehand, by name. */
  readonly bindings?: Bindings;
}

/** Undefined where `actual` is as `expected` says, else a text that tells the first difference. */
export function difference(
  expected: string,
  actual: string,
  options: ExpectOptions = {},
): string | undefined {
  const patterns = linesOf(expected).map(parsePattern);
  const lines = linesOf(actual);
  const bindings = options.bindings ?? {};
  return options.anyOrder === true
    ? unorderedDifference(patterns, lines, bindings)
    : orderedDifference(patterns, lines, bindings);
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else if (lines.length > 0) lines.push('(the text does not end with a newline)');
  return lines;
}

function parsePattern(line: string): Pattern {
  if (line === '...') return { kind: 'gap' };
  if (line.startsWith('\\')) {
    return { kind: 'line', text: line, parts: [literal(line.slice(1))], repeat: false };
  }
  const regex = /^\/(.*)\/(\+?)$/.exec(line);
  if (regex !== null) {
    const parts: Part[] = [{ kind: 'regex', source: regex[1] ?? '' }];
    return { kind: 'line', text: line, parts, repeat: regex[2] === '+' };
  }
  const parts: Part[] = [];
  let at = 0;
  for (const hole of line.matchAll(/\{(?:([a-z]\w*):)?([a-z]\w*)\}/g)) {
    const [whole, bind, name = ''] = hole;
    const source = KINDS[name];
    if (bind !== undefined && source === undefined) continue;
    parts.push(literal(line.slice(at, hole.index)));
    if (source === undefined) parts.push({ kind: 'bound', name });
    else parts.push({ kind: 'regex', source, ...(bind === undefined ? {} : { bind }) });
    at = hole.index + whole.length;
  }
  parts.push(literal(line.slice(at)));
  return { kind: 'line', text: line, parts, repeat: false };
}

function literal(text: string): Part {
  return { kind: 'regex', source: escapeRegex(text) };
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The bindings after `line` matched, or undefined where it does not. */
function matchLine(parts: readonly Part[], line: string, bindings: Bindings): Bindings | undefined {
  const names: string[] = [];
  const source = parts.map((part) => {
    if (part.kind === 'bound') {
      // A name that nothing has bound is text: scripts print braces too.
      return escapeRegex(bindings[part.name] ?? `{${part.name}}`);
    }
    if (part.bind === undefined) return `(?:${part.source})`;
    names.push(part.bind);
    return `(${part.source})`;
  });
  const match = new RegExp(`^${source.join('')}$`, 's').exec(line);
  if (match === null) return undefined;
  return { ...bindings, ...Object.fromEntries(names.map((name, i) => [name, match[i + 1] ?? ''])) };
}

function orderedDifference(
  patterns: readonly Pattern[],
  lines: readonly string[],
  initial: Bindings,
): string | undefined {
  let furthest = { line: 0, pattern: 0 };
  // A place that failed once fails again unless other values were bound on the way there.
  const failed = new Set<string>();
  const matchFrom = (pattern: number, line: number, bindings: Bindings): boolean => {
    const key = `${pattern} ${line} ${JSON.stringify(bindings)}`;
    if (failed.has(key)) return false;
    if (line > furthest.line || (line === furthest.line && pattern > furthest.pattern)) {
      furthest = { line, pattern };
    }
    const matched = matchHere(pattern, line, bindings);
    if (!matched) failed.add(key);
    return matched;
  };
  const matchHere = (index: number, line: number, bindings: Bindings): boolean => {
    const pattern = patterns[index];
    if (pattern === undefined) return line === lines.length;
    if (pattern.kind === 'gap') {
      if (index === patterns.length - 1) return true;
      for (let next = line; next <= lines.length; next++)
        if (matchFrom(index + 1, next, bindings)) return true;
      return false;
    }
    for (let next = line; ; next++) {
      const text = lines[next];
      const after = text === undefined ? undefined : matchLine(pattern.parts, text, bindings);
      if (after === undefined) return false;
      if (matchFrom(index + 1, next + 1, after)) return true;
      if (!pattern.repeat) return false;
    }
  };
  if (matchFrom(0, 0, initial)) return undefined;
  const expected = patterns[furthest.pattern];
  const wanted = expected === undefined ? '(the end)' : expected.kind === 'gap' ? '...' : expected.text;
  return `line ${furthest.line + 1}: expected ${wanted}\n      got ${lines[furthest.line] ?? '(the end)'}`;
}

function unorderedDifference(
  patterns: readonly Pattern[],
  lines: readonly string[],
  initial: Bindings,
): string | undefined {
  const left = [...lines];
  let bindings = initial;
  for (const pattern of patterns) {
    if (pattern.kind === 'gap') continue;
    let taken = 0;
    for (let i = 0; i < left.length && (pattern.repeat || taken === 0); ) {
      const after = matchLine(pattern.parts, left[i] ?? '', bindings);
      if (after === undefined) {
        i++;
      } else {
        bindings = after;
        left.splice(i, 1);
        taken++;
      }
    }
    if (taken === 0) return `no line is ${pattern.text}`;
  }
  if (left.length === 0 || patterns.some((pattern) => pattern.kind === 'gap')) return undefined;
  return `nothing expects the line ${left[0]}`;
}
