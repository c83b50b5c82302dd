/**
 * Embedded C: the macros that SystemTap documents (`STAP_ARG_x`, `STAP_RETVALUE`, `STAP_RETURN`, `STAP_ERROR`) are
 * written out as the C that they stand for.
 */
import type { TypeName } from '../1-parse/ast.ts';

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
const PRAGMA =
  /\/\*\s*(?:pure|unprivileged|myproc-unprivileged|guru|unmangled|stable|string|pragma:[\w:-]+)\s*\*\/[ \t]*\n?/g;

/** C of a statement, an expression or a top-level block. */
export function embeddedCode(code: string): string {
  return dedent(common(code));
}

function common(code: string): string {
  return code.replaceAll(PRAGMA, '').replaceAll('MAXSTRINGLEN', 'TAPC_STRLEN');
}

/** C of a function's body. `where` is a C string literal. */
export function embeddedBody(code: string, returns: TypeName | undefined, where: string): EmbeddedBody {
  const source = common(code)
    .replaceAll(/\bSTAP_ARG_(\w+)/g, 'l_$1')
    .replaceAll(/\bSTAP_RETVALUE\b/g, 'result')
    .replaceAll(/\bSTAP_WHERE\b/g, where);
  const setsResult = returns === 'long' && /\bresult\b/.test(source);
  const usesMessage = /\bSTAP_ERROR\s*\(\s*(?!"(?:[^"\\]|\\.)*"\s*\))/.test(source);
  const leave = usesMessage ? 'goto out' : returns === 'long' ? 'return 0' : 'return';
  let usesOut = usesMessage;
  const withReturns = replaceCalls(source, 'STAP_RETURN', (argument, last) => {
    const value = argument.trim();
    if (returns === 'string') {
      const copy = `tapc_copy(hit, result, ${value})`;
      if (last) return copy;
      return `do { ${copy}; ${usesMessage ? 'goto out' : 'return'}; } while (0)`;
    }
    if (!usesMessage) return value === '' ? 'return' : `return ${value}`;
    return value === '' ? 'goto out' : `do { result = ${value}; goto out; } while (0)`;
  });
  const text = replaceCalls(withReturns, 'STAP_ERROR', (argument, last) => {
    const fail = /^\s*"(?:[^"\\]|\\.)*"\s*$/.test(argument)
      ? `tapc_fail(hit, ${where}, ${argument.trim()})`
      : `snprintf(frame->message, sizeof(frame->message), ${argument.trim()}); ` +
        `tapc_fail_string(hit, ${where}, frame->message)`;
    if (last && returns !== 'long') return fail;
    if (!leave.startsWith('return')) usesOut = true;
    return `do { ${fail}; ${leave}; } while (0)`;
  });
  const clean = dedent(text);
  return {
    text: clean,
    setsResult: setsResult || (usesMessage && returns === 'long'),
    usesOut: usesOut && /\bgoto out\b/.test(clean),
    usesMessage,
    returns: /(?:^|[;}\n])\s*return\b[^;{}]*;\s*$/.test(clean),
  };
}

/** Every `name(…)`, whose argument may hold parentheses and literals; `last`: nothing but its `;` follows. */
function replaceCalls(
  code: string,
  name: string,
  replacement: (argument: string, last: boolean) => string,
): string {
  const pattern = new RegExp(`\\b${name}\\s*\\(`, 'g');
  let out = '';
  let done = 0;
  for (let match = pattern.exec(code); match !== null; match = pattern.exec(code)) {
    const open = pattern.lastIndex;
    const close = closingParenthesis(code, open);
    const last = /^\s*;?\s*$/.test(code.slice(close + 1)) && depthAt(code, match.index) === 0;
    out += code.slice(done, match.index) + replacement(code.slice(open, close), last);
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

/** Without the indentation that all lines share, and without empty lines around. */
export function dedent(code: string): string {
  const lines = code
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n');
  const rest = lines.filter((line, i) => line.trim() !== '' && (i > 0 || /^\s/.test(line)));
  const margin = Math.min(...rest.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0));
  const cut = Number.isFinite(margin) ? margin : 0;
  return lines
    .map((line) => (/^\s/.test(line) ? line.slice(Math.min(cut, line.search(/\S|$/))) : line).trimEnd())
    .join('\n');
}
