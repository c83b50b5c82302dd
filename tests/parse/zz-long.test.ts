/** Whatever the bytes: the parser ends, throws nothing, and says where each mistake is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Span } from '../../src/1-parse/ast.ts';
import { parse, parseMacros, print } from '../../src/1-parse/index.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { installedScripts, OPTIONS } from './installed.ts';
import { withoutSpans } from './trees.ts';

const scripts = installedScripts()
  .filter((file) => file.text.length < 6000 && file.path.includes('/examples/'))
  .map((file) => file.text);

const PIECES: readonly string[] = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '"',
    '\\',
    '%(',
    '%)',
    '%?',
    '%:',
    '%{',
    '%}',
    '/*',
    '*/',
    '//',
    '#',
    '\n',
    '\0',
  ],
  ...[
    '@define',
    '@define x(a) %( @a @x %)',
    '@x',
    '$1',
    '@1',
    '$#',
    '$$',
    '$',
    '@',
    '::',
    '->',
    '++',
    '<<<',
    '=~',
  ],
  ...[
    'probe',
    'function',
    'global',
    'private',
    'if',
    'else',
    'foreach',
    'in',
    'limit',
    'try',
    'catch',
    'delete',
  ],
  ...[
    '@cast(',
    '@count(',
    '@hist_log(x)[',
    '0x',
    '99999999999999999999',
    '08',
    '\u00e9',
    '\ufffd',
    '\ud800',
    '?',
    '!',
  ],
];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(6000),
  remove: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(400)),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })),
});

const mutant = fc
  .tuple(fc.constantFrom(...scripts), fc.array(edit, { minLength: 1, maxLength: 6 }))
  .map(([text, edits]) =>
    edits.reduce((t, { at, remove, insert }) => {
      const place = at % (t.length + 1);
      return t.slice(0, place) + insert + t.slice(place + remove);
    }, text),
  );

function check(text: string): void {
  const diagnostics = new Diagnostics();
  const script = parse({ file: 'm.stp', text }, OPTIONS, diagnostics);
  parseMacros({ file: 'm.stp', text }, OPTIONS, diagnostics);
  for (const diagnostic of diagnostics.list) {
    expect(diagnostic.code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(diagnostic.message).not.toBe('');
    expectInside(diagnostic.span, text);
    for (const note of diagnostic.notes) if (note.span !== undefined) expectInside(note.span, text);
  }
  const again = parse({ file: 'm.stp', text: print(script) }, OPTIONS, new Diagnostics());
  expect(withoutSpans(again)).toEqual(withoutSpans(script));
}

function expectInside(span: Span | undefined, text: string): void {
  expect(span).toBeDefined();
  for (let s = span; s !== undefined; s = s.via) {
    expect(s.start).toBeGreaterThanOrEqual(0);
    expect(s.end).toBeGreaterThanOrEqual(s.start);
    expect(s.end).toBeLessThanOrEqual(text.length);
  }
}

test('long run', { timeout: 3_500_000 }, () => {
  fc.assert(fc.property(mutant, check), { numRuns: 40000 });
});

test('any text', () => {
  const soup = fc.array(fc.constantFrom(...PIECES, ' ', 'x', '1'), { maxLength: 60 }).map((p) => p.join(''));
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), soup), check), { numRuns: 2000 });
});

test.each([
  ['parentheses', `probe a { x = ${'('.repeat(200_000)}`],
  ['blocks', `probe a ${'{'.repeat(200_000)}`],
  ['groups of points', `probe a${'.{b'.repeat(200_000)}`],
  ['ifs', `probe a { ${'if (1) '.repeat(5000)} x }`],
  ['signs', `probe a { x = ${'! '.repeat(5000)} x }`],
  ['assignments', `probe a { ${'a = '.repeat(5000)} x }`],
])('%s nested without end are told as such', (_, text) => {
  const diagnostics = new Diagnostics();
  parse({ file: 'deep.stp', text }, OPTIONS, diagnostics);
  expect(diagnostics.list.map((d) => d.code)).toContain('nesting-too-deep');
});

test('macros that double without end are told as such', () => {
  const defines = Array.from({ length: 60 }, (_, i) => `@define a${i + 1} %( @a${i} @a${i} %)`).join('\n');
  const text = `@define a0 %( %)\n${defines}\nprobe begin { @a60 }`;
  const diagnostics = new Diagnostics();
  parse({ file: 'laughs.stp', text }, OPTIONS, diagnostics);
  expect(diagnostics.list.map((d) => d.code)).toEqual(['macro-too-large']);
});
