import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CompiledRegex, compileRegex } from '../../src/regex/index.ts';
import { parseRegex } from '../../src/regex/parse.ts';
import { find, test as matches } from './machine.ts';
import { referenceFind } from './reference.ts';

function compiled(pattern: string, groups: boolean): CompiledRegex {
  const result = compileRegex(pattern, { groups });
  if ('message' in result) throw new Error(`${pattern}: ${result.message}`);
  return result;
}

/** Parts that never match the empty string, so that turns of a loop are never empty. */
const solid = fc.letrec<{ atom: string; solid: string; any: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '[b-c]', '\\.', '[[:alpha:]]'),
    tie('solid').map((s) => `(${s})`),
  ),
  solid: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', 'ab', 'c'),
    tie('atom'),
    fc.tuple(tie('atom'), tie('any')).map(([a, b]) => a + b),
    fc.tuple(tie('solid'), tie('solid')).map(([a, b]) => `(${a}|${b})`),
    tie('atom').map((a) => `${a}+`),
    tie('atom').map((a) => `${a}{2}`),
    tie('atom').map((a) => `${a}{1,2}`),
  ),
  any: fc.oneof(
    { depthSize: 'small' },
    tie('solid'),
    fc.constantFrom('', '^', '$'),
    tie('atom').map((a) => `${a}*`),
    tie('atom').map((a) => `${a}?`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a}|${b})`),
  ),
}));
const pattern = fc
  .tuple(fc.constantFrom('', '', '^'), solid.any, solid.solid, solid.any, fc.constantFrom('', '', '$'))
  .map((parts) => parts.join(''));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '\n'), maxLength: 8 });

describe('tables', () => {
  test('find what a matcher finds that tries everything', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        const parsed = parseRegex(p);
        const table = compileRegex(p, { groups: true });
        // Some are too large, by the dozen of choices that overlap.
        if ('message' in parsed || 'message' in table) return;
        expect(find(table, t)).toEqual(referenceFind(parsed, t));
      }),
      { numRuns: 3000 },
    );
  });

  test('say yes and no as JavaScript does, with groups and without', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        const table = compileRegex(p, { groups: true });
        if ('message' in table) return;
        const wanted = new RegExp(p.replaceAll('[[:alpha:]]', '[a-zA-Z]'), 's').exec(t);
        const found = find(table, t);
        expect(matches(compiled(p, false), t)).toBe(wanted !== null);
        expect(found?.[0]).toBe(wanted?.index);
      }),
      { numRuns: 3000 },
    );
  });
});

test.each([
  ['a**', 'a', true],
  ['a{0}b', 'b', true],
  ['a{2,}', 'caaa', true],
  ['[]a]', ']', true],
  ['[^]a]', ']', false],
  ['[a\\]]', ']', true],
  ['[\\n]', 'n', true],
  ['\\d', 'd', true],
  ['a-]}', 'a-]}', true],
  ['[[.a.]]', '.]', true],
  ['\xc3\xa9', 'caf\xc3\xa9', true],
  ['a$b', 'ab', false],
  ['x*^b', 'b', true],
])('%s in %j: %s', (p, t, wanted) => {
  expect(matches(compiled(p, false), t)).toBe(wanted);
  expect(find(compiled(p, true), t) !== undefined).toBe(wanted);
});

test.each([
  ['(a', 0, '‘(’ is never closed'],
  ['a)b', 1, 'closes nothing'],
  ['[a', 0, '‘[’ is never closed'],
  ['[z-a]', 1, 'range z-a is empty'],
  ['[[:foo:]]', 1, 'no class [:foo:]'],
  ['*a', 0, 'nothing before this ‘*’'],
  ['a|+b', 2, 'nothing before this ‘+’'],
  ['^*a', 1, 'an end of the string cannot be repeated'],
  ['a{', 2, 'how often'],
  ['a{x}', 2, 'how often'],
  ['a{,3}', 2, 'how often'],
  ['a{2,1}', 1, 'more times than it allows'],
  ['a(?=b)', 1, 'nothing else is known'],
  ['abc\\', 4, 'ends in a backslash'],
])('%s is no pattern', (p, at, message) => {
  const result = compileRegex(p, { groups: false });
  expect(result).toMatchObject({ at, tooLarge: false, message: expect.stringContaining(message) });
});

test.each(['a{30000}', '(a|b)*a(a|b){14}', `${'(a)'.repeat(40)}`])('%s is too large', (p) => {
  expect(compileRegex(p, { groups: true })).toMatchObject({ tooLarge: true });
});

test('what is large is compiled, and soon', () => {
  const started = process.cpuUsage();
  expect(compileRegex('a{1000}', { groups: false })).not.toHaveProperty('message');
  expect(
    compileRegex('(GET|PUT|POST) (/[a-z0-9._-]+)+ HTTP/[0-9]\\.[0-9]', { groups: true }),
  ).not.toHaveProperty('message');
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
});
