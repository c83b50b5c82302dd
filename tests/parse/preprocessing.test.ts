import { describe, expect, test } from 'vitest';
import { compareVersions, evaluateCondition, matchesGlob } from '../../src/1-parse/conditions.ts';
import { parse, parseMacros, print } from '../../src/1-parse/index.ts';
import { lex } from '../../src/1-parse/lex.ts';
import { decodeNumber, decodeString, encodeString } from '../../src/1-parse/literals.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { OPTIONS } from './installed.ts';

test('versions are ordered as strverscmp orders them', () => {
  const ascending = [
    ...['', '000', '00', '01', '010', '09', '0', '1'],
    ...['6.1', '6.1.0', '6.1.12', '6.12', '6.12-rc1', '9', '10', 'a'],
  ];
  for (const [i, a] of ascending.entries()) {
    for (const [j, b] of ascending.entries()) {
      expect(Math.sign(compareVersions(a, b)), `${a} against ${b}`).toBe(Math.sign(i - j));
    }
  }
});

test.each([
  ['6.1.0-9-amd64', '6.1*', true],
  ['6.12.0', '6.1', false],
  ['x86_64', 'x86?64', true],
  ['x86_64', '[a-z]*', true],
  ['x86_64', '[!x]*', false],
  ['a.b', 'a?b', true],
  ['a+b', 'a+b', true],
  ['z', '[z-a]', false],
  ['', '*', true],
])('%s matches %s: %s', (text, glob, expected) => {
  expect(matchesGlob(text, glob)).toBe(expected);
});

test.each([
  ['kernel_v >= "6.1" && kernel_v < "6.2"', true],
  ['arch == "arm64" || arch == "x86_*"', true],
  ['1 == 2 && 1 == 1 || 2 == 2', true],
  ['1 == 1 || 1 == 1 && 1 == 2', true],
  ['CONFIG_NOT_THERE == ""', true],
  ['CONFIG_KPROBES != "n"', true],
  ['CONFIG_KPROBES == 5', false],
  ['"b" > "a"', true],
  ['0x10 == 16', true],
  ['systemtap_v < "10.0"', true],
])('%s is %s', (condition, expected) => {
  const { tokens } = lex({ file: 'c', text: condition }, []);
  expect(evaluateCondition(tokens, OPTIONS.conditions)).toBe(expected);
});

describe('literals', () => {
  test.each([
    ['0', 0n],
    ['0x7fffffffffffffff', 2n ** 63n - 1n],
    ['9223372036854775808', -(2n ** 63n)],
    ['0xffffffffffffffff', -1n],
    ['0777', 511n],
  ])('%s', (text, value) => {
    expect(decodeNumber(text)).toEqual({ value });
  });

  test('every byte survives printing', () => {
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
    expect(decodeString(encodeString(bytes))).toEqual({ value: bytes });
    const digitsAfter = '\u00011\u00ff7\u0000';
    expect(decodeString(encodeString(digitsAfter))).toEqual({ value: digitsAfter });
  });

  test('text is its UTF-8 bytes', () => {
    expect(decodeString('é').value).toBe('\u00c3\u00a9');
    expect(encodeString('\u00c3\u00a9')).toBe('é');
  });
});

describe('macro files', () => {
  const text = `
    %( arch == "x86_64" %? @define word(x) %( (@x & 0xff) %) %: @define word(x) %( @x %) %)
    @define name %( %( kernel_v >= "6" %? "new" %: "old" %) %)
  `;

  test('give their macros to scripts', () => {
    const diagnostics = new Diagnostics();
    const macros = parseMacros({ file: 'm.stpm', text }, OPTIONS, diagnostics);
    expect([...macros.keys()].sort()).toEqual(['name', 'word']);
    const source = { file: 's.stp', text: 'probe begin { println(@word(a), @name) }' };
    const script = parse(source, { ...OPTIONS, macros }, diagnostics);
    expect(diagnostics.list).toEqual([]);
    expect(print(script)).toBe('probe begin {\n  println(a & 255, "new");\n}\n'.replace('255', '0xff'));
  });

  test('hold nothing else', () => {
    const diagnostics = new Diagnostics();
    parseMacros({ file: 'm.stpm', text: `${text} probe begin {}` }, OPTIONS, diagnostics);
    expect(diagnostics.list.map((d) => d.code)).toEqual(['stray-in-macro-file']);
  });

  test('an error in a macro body points at the body, by way of the use', () => {
    const diagnostics = new Diagnostics();
    const macros = parseMacros({ file: 'm.stpm', text: '@define open %( ( %)' }, OPTIONS, diagnostics);
    const use = 'probe begin { x = @open }';
    parse({ file: 's.stp', text: 'probe begin { x = 1 @open ) }' }, { ...OPTIONS, macros }, diagnostics);
    expect(diagnostics.list[0]?.span).toEqual({ file: 's.stp', start: 26, end: 27 });
    const more = new Diagnostics();
    const bad = parseMacros({ file: 'm.stpm', text: '@define bad %( ] %)' }, OPTIONS, more);
    parse({ file: 's.stp', text: use.replace('open', 'bad') }, { ...OPTIONS, macros: bad }, more);
    const via = { file: 's.stp', start: 18, end: 22 };
    expect(more.list[0]?.span).toEqual({ file: 'm.stpm', start: 15, end: 16, via });
  });
});

test('a body that is too large to match at once is cut where statements end', () => {
  const statement =
    'if (a[1, "x"] > 3) { b <<< c; d .= "e" } else if (f) g(); else { try { h } catch { i } }\n';
  const text = `probe begin { while (1) { ${statement.repeat(500)} } ${statement.repeat(500)} } probe end { x }`;
  const diagnostics = new Diagnostics();
  const script = parse({ file: 'large.stp', text }, OPTIONS, diagnostics);
  expect(diagnostics.list).toEqual([]);
  const small = `probe begin { while (1) { ${statement.repeat(3)} } ${statement.repeat(3)} } probe end { x }`;
  const pattern = parse({ file: 'small.stp', text: small }, OPTIONS, diagnostics);
  const lines = (s: typeof script): readonly string[] => [...new Set(print(s).split('\n'))];
  expect(lines(script)).toEqual(lines(pattern));
  const mistake = text
    .replace('probe end', 'probe end { y = } probe end')
    .replace('} catch { i } }\n }', '} catch { i } ) }\n }');
  const told = new Diagnostics();
  parse({ file: 'large.stp', text: mistake }, OPTIONS, told);
  expect(told.list.map((d) => mistake.slice(d.span?.start, d.span?.end))).toEqual([')', '}']);
});
