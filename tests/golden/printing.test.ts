/** Lines, literals and comments of the C that phase 5 writes. */
import { describe, expect, it } from 'vitest';
import { cNumber, commentText, cString, cStrings } from '../../src/5-emit/literal.ts';
import { columns, WIDTH, wrap } from '../../src/5-emit/wrap.ts';

describe('literals', () => {
  it.each([
    ['0', '0'],
    ['0x1f', '0x1f'],
    ['0x80000000', '0x80000000LL'],
    ['2147483648', '2147483648LL'],
    ['-9223372036854775808', 'S64_MIN'],
    ['18446744073709551615', '-1'],
  ])('number %s', (text, c) => {
    expect(cNumber(text)).toBe(c);
  });

  it.each([
    ['a"b\\c\n\t', '"a\\"b\\\\c\\n\\t"'],
    ['\u00e4\u00b6\u0000x1', '"\\344\\266\\000x1"'],
    ['??=', '"?\\?="'],
  ])('string %j', (text, c) => {
    expect(cString(text)).toBe(c);
  });

  it('cuts long strings at blanks, and loses nothing', () => {
    const text = `${'word '.repeat(40)}end\nnext`;
    const parts = cStrings(text, 60);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.every((p) => p.length <= 62)).toBe(true);
    expect(parts.map((p) => JSON.parse(p)).join('')).toBe(text);
  });

  it('keeps comments closed', () => {
    expect(commentText('a */ b /* c \u00e9')).toBe('a * / b / * c ?');
  });
});

describe('folding', () => {
  it('leaves short lines alone', () => {
    expect(wrap(1, 'x = y;')).toEqual(['\tx = y;']);
  });

  it('aligns arguments to their parenthesis', () => {
    const text = `call(${Array.from({ length: 12 }, (_, i) => `argument_${i}`).join(', ')});`;
    const lines = wrap(2, text);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => columns(line) <= WIDTH)).toBe(true);
    expect(lines[1]).toMatch(/^\t\t {5}argument_/);
    expect(lines.map((l) => l.trim()).join(' ')).toBe(text);
  });

  it('does not break inside a string', () => {
    const lines = wrap(1, `f("${'a, b '.repeat(30)}", x);`);
    expect(lines.some((line) => line.includes('a, b a, b a, b'))).toBe(true);
    expect(lines.at(-1)?.trim()).toBe('x);');
  });
});
