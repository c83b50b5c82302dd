/** Folding of long lines, as the kernel's style has it: tabs are eight columns wide. */

export const WIDTH = 100;

/** Columns that a line takes. */
export function columns(line: string): number {
  let column = 0;
  for (const char of line) column = char === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  return column;
}

/** White space that reaches `column`. */
function blank(column: number): string {
  return '\t'.repeat(Math.floor(column / 8)) + ' '.repeat(column % 8);
}

interface Break {
  /** Index in the text after which the line may end. */
  readonly at: number;
  /** How little one would break there: by depth of parentheses, operators after commas, assignments last. */
  readonly cost: number;
  /** Column to which what follows is aligned. */
  readonly align: number;
}

/**
 * One statement, folded where it is longer than a line: after commas and before or after operators, at the outermost
 * parentheses that make it fit; what follows is aligned to the parenthesis that it stands in.
 */
export function wrap(indent: number, text: string): string[] {
  const prefix = '\t'.repeat(indent);
  if (indent * 8 + text.length <= WIDTH) return [prefix + text];
  const lines: string[] = [];
  let rest = text;
  let start = indent * 8;
  while (start + rest.length > WIDTH) {
    const chosen = choose(breaks(rest, start, indent), WIDTH - start);
    if (chosen === undefined) break;
    lines.push(blank(start) + rest.slice(0, chosen.at).trimEnd());
    rest = rest.slice(chosen.at).trimStart();
    start = chosen.align;
  }
  lines.push(blank(start) + rest);
  return lines;
}

function choose(candidates: readonly Break[], room: number): Break | undefined {
  const fitting = candidates.filter((c) => c.at <= room);
  const list = fitting.length > 0 ? fitting : candidates.slice(0, 1);
  const least = Math.min(...list.map((c) => c.cost));
  return list.findLast((c) => c.cost === least);
}

function breaks(text: string, start: number, indent: number): Break[] {
  const found: Break[] = [];
  const open: number[] = [];
  const outer = (indent + 1) * 8;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"' || char === "'") {
      i = endOfLiteral(text, i);
      continue;
    }
    if (char === '(' || char === '{') open.push(start + i + 1);
    else if (char === ')' || char === '}') open.pop();
    else if (isBreak(text, i)) {
      const align = open.at(-1) ?? outer;
      found.push({ at: i + 1, cost: open.length + penalty(text, i), align: align > 72 ? outer + 8 : align });
    }
  }
  return found;
}

function penalty(text: string, i: number): number {
  const before = text.charAt(i - 1);
  if (before === ',') return 0;
  return before === '=' && !/[=!<>]/.test(text.charAt(i - 2)) ? 100 : 0.5;
}

/** A blank after a comma or a binary operator, or before `?` and `:`. */
function isBreak(text: string, i: number): boolean {
  if (text.charAt(i) !== ' ') return false;
  const before = text.charAt(i - 1);
  const after = text.charAt(i + 1);
  if (before === ',') return true;
  if (after === '?' || after === ':') return true;
  return /[-+*/%<>=&|^]/.test(before) && /[-+*/%<>=&|^ ]/.test(text.charAt(i - 2));
}

function endOfLiteral(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let i = start + 1; i < text.length; i++) {
    if (text.charAt(i) === '\\') i++;
    else if (text.charAt(i) === quote) return i;
  }
  return text.length;
}
