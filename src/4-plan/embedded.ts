/**
 * Embedded C: the macros that SystemTap documents (`STAP_ARG_x`, `STAP_RETVALUE`, `STAP_RETURN`, `STAP_ERROR`, `STAP_PRINTF`) are
 * written out as the C that they stand for.
 */
import type { TypeName } from '../1-parse/ast.ts';
import { localName } from './spelling.ts';

export interface EmbeddedBody {
  /** Lines of C at depth 0. */
  readonly text: string;
  /** It assigns the variable `result`. */
  readonly setsResult: boolean;
  /** It leaves through the label `out`. */
  readonly usesOut: boolean;
  /** It formats a message in `frame->message`. */
  readonly usesMessage: boolean;
  /** Its last statement returns. */
  readonly returns: boolean;
}

/** Comments that tell the translator something and the reader of the C nothing. */
const COMMENT = String.raw`\/\*\s*(?:pure|unprivileged|myproc-unprivileged|guru|unmangled|stable|string|pragma:[\w:-]+)\s*\*\/[ \t]*`;
/** With the line, where there is nothing else in it. */
const PRAGMA = new RegExp(`^[ \\t]*(?:${COMMENT})+\\n|${COMMENT}`, 'gm');

/** C of a statement, an expression or a top-level block. `where`: C, for the errors of reads; none at the top level. */
export function embeddedCode(code: string, where?: string): string {
  const source = common(code);
  return dedent(where === undefined ? source : withReads(source, where));
}

/** SystemTap's macros for memory that may not be there, and what they are called here. */
const READS: readonly (readonly [string, string])[] = [
  ['kread', 'tapc_read'],
  ['uread', 'tapc_read_user'],
  ['kderef', 'tapc_deref'],
  ['uderef', 'tapc_deref_user'],
  ['kwrite', 'tapc_write'],
  ['store_kderef', 'tapc_store'],
];

function withReads(code: string, where: string): string {
  return READS.reduce(
    (text, [theirs, ours]) => replaceCalls(text, theirs, (argument) => `${ours}(hit, ${where}, ${argument})`),
    rewrite(code, 'CATCH_DEREF_FAULT', /\bCATCH_DEREF_FAULT\s*\(\s*\)\s*;?/g, ''),
  );
}

function common(code: string): string {
  const source = rewrite(code, '/*', PRAGMA, '').replaceAll('MAXSTRINGLEN', 'TAPC_STRLEN');
  const version = rewrite(
    rewrite(source, 'STAP_COMPAT', /\bSTAP_COMPAT_VERSION\b/g, 'STAP_VERSION(5, 6)'),
    'STAP_VERSION',
    /\bSTAP_VERSION\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)/g,
    '($1 << 8 | $2)',
  );
  // Gone from newer kernels; the same but for what it returns.
  return rewrite(version, 'strlcpy', /\bstrlcpy\b/g, 'strscpy');
}

/** Replaces, where the word is there at all: to look for it takes less than to compile the pattern, and most C has few of them. */
function rewrite(code: string, word: string, pattern: RegExp, by: Replacement): string {
  if (!code.includes(word)) return code;
  return typeof by === 'string' ? code.replaceAll(pattern, by) : code.replaceAll(pattern, by);
}

type Replacement = string | ((match: string, group: string) => string);

const parameterOf = (_: string, parameter: string): string => localName(parameter);

/** The names that stand for parameters and the result; `THIS` is the spelling of SystemTap before 1.8. */
function withNames(code: string, where: string): string {
  const old = rewrite(
    rewrite(code, 'THIS', /\bTHIS->__retvalue\b/g, 'STAP_RETVALUE'),
    'THIS',
    /\bTHIS->(?:l_)?([\w$]+)/g,
    parameterOf,
  );
  const named = rewrite(old, 'STAP_ARG_', /\bSTAP_ARG_([\w$]+)/g, parameterOf);
  return named.includes('STAP_')
    ? named.replaceAll(/\bSTAP_RETVALUE\b/g, 'result').replaceAll(/\bSTAP_WHERE\b/g, where)
    : named;
}

/** What SystemTap's own runtime includes, so that C written for it finds what it is used to. */
export const HEADERS_FOR_EMBEDDED_C: readonly string[] = [
  'linux/ctype.h',
  'linux/delay.h',
  'linux/fs.h',
  'linux/kallsyms.h',
  'linux/kernel.h',
  'linux/mm.h',
  'linux/module.h',
  'linux/sched.h',
  'linux/sched/signal.h',
  'linux/slab.h',
  'linux/string.h',
  'linux/uaccess.h',
  'linux/version.h',
  'linux/vmalloc.h',
];

/**
 * C of a function's body. `where` is C: a string literal, or a name. `next` is the call that `STAP_NEXT` stands for; without
 * it there is no other function to go on with.
 */
export function embeddedBody(
  code: string,
  returns: TypeName | undefined,
  where: string,
  next?: string,
): EmbeddedBody {
  const source = withNames(dedent(withReads(common(code), where)), where);
  const setsResult = returns === 'long' && /\bresult\b/.test(source);
  // A message that is a literal needs no room to be formatted in.
  const formats =
    source.includes('STAP_ERROR') && /\bSTAP_ERROR\s*\(\s*(?!"(?:[^"\\]|\\.)*"\s*\))/.test(source);
  const usesMessage = formats || (source.includes('STAP_PRINTF') && /\bSTAP_PRINTF\s*\(/.test(source));
  const leave = usesMessage ? 'goto out' : returns === 'long' ? 'return 0' : 'return';
  let usesOut = usesMessage;
  const withReturns = replaceCalls(source, 'STAP_RETURN', (argument, last, margin) => {
    const value = argument.trim();
    if (returns === 'string') {
      const copy = `tapc_copy(hit, result, ${value})`;
      if (last) return copy;
      return group([`${copy};`, usesMessage ? 'goto out;' : 'return;'], margin);
    }
    if (!usesMessage) return value === '' ? 'return' : `return ${value}`;
    return value === '' ? 'goto out' : group([`result = ${value};`, 'goto out;'], margin);
  });
  const passedOn = withReturns.replaceAll(/\bSTAP_NEXT\b/g, () => {
    if (next === undefined) {
      return group([`tapc_fail(hit, ${where}, "all functions exhausted");`, `${leave};`], '\t');
    }
    if (returns !== 'long') return group([`${next};`, `${leave};`], '\t');
    return usesMessage ? group([`result = ${next};`, 'goto out;'], '\t') : `return ${next}`;
  });
  const text = replaceCalls(passedOn, 'STAP_ERROR', (argument, last, margin) => {
    const fails = failure(argument, where);
    if (last && returns !== 'long' && fails.length === 1) return fails.join('').slice(0, -1);
    if (!leave.startsWith('return')) usesOut = true;
    return group([...fails, `${leave};`], margin);
  });
  const clean = withPrints(text).trimEnd();
  return {
    text: clean,
    setsResult: setsResult || (usesMessage && returns === 'long'),
    usesOut: usesOut && /\bgoto out\b/.test(clean),
    usesMessage,
    returns: /(?:^|[;}\n])\s*return\b[^;{}]*;\s*$/.test(clean),
  };
}

/** C among the statements of a script, with what it says written out; `STAP_ERROR` leaves it for the label `end`. */
export function embeddedBlock(
  code: string,
  where: string,
  end: string,
): Pick<EmbeddedBody, 'text' | 'usesMessage'> {
  const fails = replaceCalls(code, 'STAP_ERROR', (argument, _, margin) =>
    group([...failure(argument, where), `goto ${end};`], margin),
  );
  const text = withPrints(fails);
  return {
    text: fails === code ? text : `${text}\n${end}:\n;`,
    usesMessage: text.includes('frame->message'),
  };
}

/** What raises an error. A message that is a literal needs no room to be formatted in. */
function failure(argument: string, where: string): string[] {
  if (/^\s*"(?:[^"\\]|\\.)*"\s*$/.test(argument)) return [`tapc_fail(hit, ${where}, ${argument.trim()});`];
  return [formatted(argument), `tapc_fail_string(hit, ${where}, frame->message);`];
}

function withPrints(code: string): string {
  return replaceCalls(code, 'STAP_PRINTF', (argument, _, margin) =>
    group([formatted(argument), 'tapc_stage_string(hit, frame->message);'], margin),
  );
}

function formatted(argument: string): string {
  return `snprintf(frame->message, sizeof(frame->message), ${argument.trim()});`;
}

/** Several statements where C wants one. */
function group(statements: readonly string[], margin: string): string {
  return `do {\n${statements.map((s) => `${margin}\t${s}\n`).join('')}${margin}} while (0)`;
}

/**
 * Every `name(…)`, whose argument may hold parentheses and literals; `last`: nothing but its `;` follows; `margin`: what
 * its line begins with.
 */
export function replaceCalls(
  code: string,
  name: string,
  replacement: (argument: string, last: boolean, margin: string) => string,
): string {
  if (!code.includes(name)) return code;
  const pattern = new RegExp(`\\b${name}\\s*\\(`, 'g');
  let out = '';
  let done = 0;
  for (let match = pattern.exec(code); match !== null; match = pattern.exec(code)) {
    const open = pattern.lastIndex;
    const close = closingParenthesis(code, open);
    const last = /^\s*;?\s*$/.test(code.slice(close + 1)) && depthAt(code, match.index) === 0;
    const line = code.slice(code.lastIndexOf('\n', match.index) + 1, match.index);
    const margin = /^\s*/.exec(line)?.[0] ?? '';
    const argument = replaceCalls(code.slice(open, close), name, replacement);
    out += code.slice(done, match.index) + replacement(argument, last, margin);
    done = close + 1;
    pattern.lastIndex = done;
  }
  return out + code.slice(done);
}

/** How many braces are open before `end`. */
function depthAt(code: string, end: number): number {
  let depth = 0;
  for (const char of code.slice(0, end)) depth += char === '{' ? 1 : char === '}' ? -1 : 0;
  const before = code.slice(0, end).trimEnd();
  // The statement of an `if` without braces is not the last one of the body.
  return depth === 0 && /[)]$|\belse$/.test(before) ? 1 : depth;
}

function closingParenthesis(code: string, start: number): number {
  let depth = 1;
  for (let i = start; i < code.length; i++) {
    const char = code.charAt(i);
    if (char === '"' || char === "'") {
      for (i++; i < code.length && code.charAt(i) !== char; i++) if (code.charAt(i) === '\\') i++;
    } else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return i;
  }
  return code.length;
}

/** Without the indentation that all lines share, what is left of it in tabs; without empty lines around. */
function dedent(code: string): string {
  const lines = code
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n');
  // The first line may stand behind the opening mark.
  const rest = lines.filter((line, i) => line.trim() !== '' && (i > 0 || /^\s/.test(line)));
  const widths = rest.map(indentation);
  const margin = Math.min(...widths);
  const cut = Number.isFinite(margin) ? margin : 0;
  const steps = widths.map((width) => width - cut).filter((width) => width > 0);
  const unit = steps.length === 0 ? 8 : Math.min(...steps, 8);
  return lines
    .map((line) => {
      const width = /^\s/.test(line) ? Math.max(0, indentation(line) - cut) : 0;
      const text = line.trim();
      return text === '' ? '' : '\t'.repeat(Math.floor(width / unit)) + ' '.repeat(width % unit) + text;
    })
    .join('\n');
}

/** Columns of white space that a line begins with. */
function indentation(line: string): number {
  let column = 0;
  for (const char of line) {
    if (char === ' ') column++;
    else if (char === '\t') column = (Math.floor(column / 8) + 1) * 8;
    else break;
  }
  return column;
}
