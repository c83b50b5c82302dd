/** C text as a list of items: what the linker takes or leaves. */
import { withoutLiterals } from '../tree.ts';

export interface Item {
  /** The comment above it included. */
  readonly text: string;
  /** Names that it defines or declares. */
  readonly defines: readonly string[];
  /** Every other identifier in it. */
  readonly uses: readonly string[];
  /** `static int f(int n);` for a function with a body. */
  readonly prototype?: string;
}

export interface ItemFile {
  /** Angle-bracket includes. */
  readonly includes: readonly string[];
  readonly items: readonly Item[];
}

/** Splits C at the blank lines outside of braces, comments and continued lines. */
export function parseItems(source: string): ItemFile {
  const includes: string[] = [];
  const items: Item[] = [];
  for (const chunk of chunks(source)) {
    const rest: string[] = [];
    for (const line of chunk) {
      const include = /^#\s*include\s*<([^>]+)>/.exec(line);
      if (include?.[1] === undefined) rest.push(line);
      else includes.push(include[1]);
    }
    if (rest.length > 0) items.push(parseItem(rest.join('\n')));
  }
  return { includes, items };
}

function* chunks(source: string): Iterable<string[]> {
  let chunk: string[] = [];
  let depth = 0;
  let inComment = false;
  for (const line of source.split('\n')) {
    const blank = line.trim() === '';
    if (blank && depth === 0 && !inComment) {
      if (chunk.length > 0) yield chunk;
      chunk = [];
      continue;
    }
    if (chunk.length > 0 || !blank) chunk.push(line);
    let code = line;
    if (inComment) {
      const end = code.indexOf('*/');
      if (end < 0) continue;
      inComment = false;
      code = code.slice(end + 2);
    }
    code = withoutLiterals(code);
    if (code.includes('/*')) {
      inComment = true;
      code = code.slice(0, code.indexOf('/*'));
    }
    if (!code.startsWith('#')) for (const char of code) depth += char === '{' ? 1 : char === '}' ? -1 : 0;
  }
  if (chunk.length > 0) yield chunk;
}

const WORD = /[A-Za-z_]\w*/g;

function parseItem(text: string): Item {
  const code = withoutLiterals(text);
  const defines = new Set<string>();
  const plain: string[] = [];
  for (const line of code.replaceAll(/\\\n/g, ' ').split('\n')) {
    const macro = /^\s*#\s*define\s+(\w+)/.exec(line);
    if (macro?.[1] !== undefined) defines.add(macro[1]);
    else if (!/^\s*#/.test(line)) plain.push(line);
  }
  const body = plain.join('\n');
  for (const name of declared(body)) defines.add(name);
  const uses = [...new Set(code.match(WORD) ?? [])].filter((word) => !defines.has(word));
  const prototype = prototypeOf(body);
  return { text, defines: [...defines], uses, ...(prototype === undefined ? {} : { prototype }) };
}

/** Names that declarations outside of braces introduce. */
function declared(code: string): string[] {
  const names: string[] = [];
  for (const match of code.matchAll(/\b(?:struct|union|enum)\s+(\w+)\s*(?=\{|;)/g))
    names.push(match[1] ?? '');
  for (const match of code.matchAll(/\benum\s*(?:\w+\s*)?\{([^}]*)\}/g)) {
    for (const enumerator of (match[1] ?? '').split(',')) names.push(/\w+/.exec(enumerator)?.[0] ?? '');
  }
  const outer = withoutBraces(code).replaceAll(ATTRIBUTE, ' ');
  for (const part of outer.split(';')) {
    const statement = part.trim();
    const typedef = /^typedef\b.*?(\w+)\s*(?:\[[^\]]*\])?$/s.exec(statement);
    const macro = /\b[A-Z][A-Z_]+\s*\((.*)\)/s.exec(statement);
    const pointer = /^[^=(]*\(\s*\*\s*(\w+)(?:\[[^\]]*\])?\s*\)\s*\(/.exec(statement);
    const plain = /^[^=(]*?\s\**(\w+)\s*(?:\[[^=]*\])?\s*(?:$|=|\(|\{)/s.exec(statement);
    if (typedef !== null) names.push(typedef[1] ?? '');
    else if (macro !== null)
      names.push(...(macro[1] ?? '').split(',').flatMap((word) => macroNames(statement, word)));
    else if (pointer !== null) names.push(pointer[1] ?? '');
    else if (plain !== null) names.push(plain[1] ?? '');
  }
  return names.filter((name) => name !== '' && !KEYWORDS.has(name));
}

/** `__always_inline`, `__printf(2, 3)`, `__aligned(8)`. */
const ATTRIBUTE = /\b__\w+(?:\([^()]*\))?|\b_{2,}\w+/g;

/** An argument of a macro that defines: the name, and the file operations that `DEFINE_SEQ_ATTRIBUTE` makes of it. */
function macroNames(statement: string, word: string): string[] {
  const name = ownName(word.trim());
  return name !== '' && statement.includes('_ATTRIBUTE') ? [name, `${name}_fops`] : [name];
}

/** What `DEFINE_PER_CPU(s64, tapc_x)` and its kin define. */
function ownName(word: string): string {
  return /^(?:tapc|stat|map|counter|order|lock|g)_\w+$/.test(word) ? word : '';
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'struct',
  'union',
  'enum',
  'static',
  'const',
  'void',
  'int',
  'typedef',
]);

function withoutBraces(code: string): string {
  let depth = 0;
  let out = '';
  for (const char of code) {
    if (char === '{') {
      if (depth === 0) out += '{;';
      depth++;
    } else if (char === '}') depth--;
    else if (depth === 0) out += char;
  }
  return out;
}

/** Everything before the body of a function. */
function prototypeOf(code: string): string | undefined {
  const head = /^\s*((?:static\s+)[^;={]*?\([^{;=]*\))\s*\{/s.exec(code);
  return head?.[1] === undefined ? undefined : `${head[1].replaceAll(/\s+/g, ' ').replaceAll(/\( /g, '(')};`;
}
