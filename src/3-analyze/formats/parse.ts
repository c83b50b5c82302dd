/** Format strings: text and directives. */
import type { FormatPiece } from '../checked.ts';

export type Directive = Extract<FormatPiece, { readonly kind: 'directive' }>;

/** A directive that cannot be: `at` counts chars of the decoded string. */
export interface FormatProblem {
  readonly at: number;
  readonly message: string;
  readonly hint?: string;
}

export interface ParsedFormat {
  readonly pieces: readonly FormatPiece[];
  readonly problems: readonly FormatProblem[];
}

const conversions: ReadonlySet<string> = new Set([
  'd',
  'i',
  'u',
  'x',
  'X',
  'o',
  'b',
  'p',
  'P',
  's',
  'm',
  'M',
  'c',
]);

const foreign: ReadonlyMap<string, string> = new Map([
  ['f', 'there are no floating-point numbers here; use %d'],
  ['g', 'there are no floating-point numbers here; use %d'],
  ['e', 'there are no floating-point numbers here; use %d'],
  ['h', 'numbers have 64 bits; no length is needed'],
  ['z', 'numbers have 64 bits; no length is needed'],
  ['j', 'numbers have 64 bits; no length is needed'],
  ['D', 'use %d'],
  ['S', 'use %s'],
]);

export function parseFormat(text: string): ParsedFormat {
  const pieces: FormatPiece[] = [];
  const problems: FormatProblem[] = [];
  let plain = '';
  let at = 0;
  const flush = (): void => {
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    plain = '';
  };
  while (at < text.length) {
    const percent = text.indexOf('%', at);
    if (percent === -1) {
      plain += text.slice(at);
      break;
    }
    plain += text.slice(at, percent);
    if (text[percent + 1] === '%') {
      plain += '%';
      at = percent + 2;
      continue;
    }
    const read = readDirective(text, percent);
    at = read.end;
    if (read.problem !== undefined) problems.push(read.problem);
    if (read.directive === undefined) continue;
    flush();
    pieces.push(read.directive);
  }
  flush();
  return { pieces, problems };
}

interface ReadDirective {
  readonly end: number;
  readonly directive?: Directive;
  readonly problem?: FormatProblem;
}

function readDirective(text: string, percent: number): ReadDirective {
  const match = /([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:ll?)?(.)?/sy;
  match.lastIndex = percent + 1;
  const found = match.exec(text);
  const end = found === null ? percent + 1 : match.lastIndex;
  const [whole = '', flags = '', width, precision, letter] = found ?? [];
  const dotted = whole.includes('.');
  if (letter === undefined) {
    return {
      end,
      problem: {
        at: percent,
        message: 'the format ends inside a directive',
        hint: 'write %% for a percent sign',
      },
    };
  }
  if (letter === '%')
    return { end, problem: { at: percent, message: `%${whole} is no directive`, hint: 'write %%' } };
  if (!isConversion(letter)) {
    const hint = foreign.get(letter) ?? 'the directives are %d %i %u %x %X %o %b %p %s %m %M %c and %%';
    return { end, problem: { at: percent, message: `there is no directive %${letter}`, hint } };
  }
  const directive: Directive = {
    kind: 'directive',
    conversion: letter,
    flags: [...new Set(flags)].join(''),
    ...(width === undefined ? {} : { width: sized(width) }),
    ...(dotted ? { precision: precision === undefined ? 0 : sized(precision) } : {}),
  };
  const problem = checkDirective(directive, percent);
  return { end, directive, ...(problem === undefined ? {} : { problem }) };
}

function isConversion(
  letter: string,
): letter is Exclude<Directive['conversion'], 'hist_log' | 'hist_linear'> {
  return conversions.has(letter);
}

function sized(text: string): number | 'argument' {
  return text === '*' ? 'argument' : Math.max(0, Number(text));
}

/** Bytes that one directive may ask for; a record has to hold them. */
const MAX_WIDTH = 4096;

function checkDirective(directive: Directive, at: number): FormatProblem | undefined {
  const { conversion, width, precision } = directive;
  for (const size of [width, precision]) {
    if (typeof size === 'number' && size > MAX_WIDTH) {
      return { at, message: `${size} is more than the ${MAX_WIDTH} characters a directive may print` };
    }
  }
  if (conversion === 'b' && typeof width === 'number' && ![1, 2, 4, 8].includes(width)) {
    return {
      at,
      message: `%${width}b cannot write ${width} bytes`,
      hint: 'the widths of %b are 1, 2, 4 and 8',
    };
  }
  return undefined;
}

/** The type of the value that a directive prints. */
export function directiveType(directive: Directive): 'long' | 'string' {
  return directive.conversion === 's' ? 'string' : 'long';
}
