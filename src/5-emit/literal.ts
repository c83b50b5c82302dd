/** Literals and comments of C. */

const NAMED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** A C string literal; each char of `text` is one byte. */
export function cString(text: string): string {
  return `"${escapeBytes(text)}"`;
}

/** A string as adjacent literals of at most `width` columns each, cut after line ends where there are any. */
export function cStrings(text: string, width: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const piece of text.split(/(?<=\n)|(?<= )/)) {
    for (const chunk of chunks(piece, width)) {
      if (part !== '' && escapeBytes(part + chunk).length > width) {
        parts.push(part);
        part = '';
      }
      part += chunk;
    }
  }
  if (part !== '' || parts.length === 0) parts.push(part);
  return parts.map(cString);
}

function chunks(text: string, width: number): string[] {
  const size = Math.max(1, Math.floor(width / 4));
  if (escapeBytes(text).length <= width) return [text];
  const list: string[] = [];
  for (let i = 0; i < text.length; i += size) list.push(text.slice(i, i + size));
  return list;
}

function escapeBytes(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const named = NAMED[char];
    const code = char.charCodeAt(0) & 0xff;
    if (named !== undefined) out += named;
    // `??=` and its like are trigraphs.
    else if (char === '?' && text.charAt(i - 1) === '?') out += '\\?';
    else if (code >= 0x20 && code < 0x7f) out += char;
    // Three digits always, so that a digit which follows is not taken for part of the escape.
    else out += `\\${code.toString(8).padStart(3, '0')}`;
  }
  return out;
}

const MIN = -(2n ** 63n);

/** A signed 64-bit number, with a suffix where C would otherwise give it another type. */
export function cNumber(text: string): string {
  const value = BigInt.asIntN(64, BigInt(text));
  if (value === MIN) return 'S64_MIN';
  if (value < 0n || !text.startsWith('0x')) {
    return value > 0x7fffffffn || value < -0x7fffffffn ? `${value}LL` : `${value}`;
  }
  return value > 0x7fffffffn ? `${text}LL` : text;
}

/** Text that may stand inside a C comment. */
export function commentText(text: string): string {
  return text
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *')
    .replaceAll(/[^\x20-\x7e]/g, '?');
}
