/** What nests takes no more than its depth in time: work done twice at each level would never end here. */
import { describe, expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { diagnosticLines, planOf } from '../support/check.ts';

const DEPTH = 60;

/** What stands before and behind the inner part, at each level; the inner part where it is text. */
const SHAPES: readonly { readonly open: string; readonly close: string; readonly inner?: string }[] = [
  { open: '(x || ', close: ')' },
  { open: '(x && ', close: ')' },
  { open: '(x + ', close: ')' },
  { open: '(x * ', close: ')' },
  { open: '(x << ', close: ')' },
  { open: '(x < ', close: ')' },
  { open: '(x == ', close: ')' },
  { open: '(', close: ' || x)' },
  { open: '(', close: ' == x)' },
  { open: '(x ? 1 : ', close: ')' },
  { open: '(', close: ' ? 1 : 2)' },
  { open: '!(x || ', close: ')' },
  { open: '~(x < ', close: ')' },
  { open: '-(x * ', close: ')' },
  { open: '(x = ', close: ')' },
  { open: '(x += ', close: ')' },
  { open: 'f(x || ', close: ')' },
  { open: 'a[x || ', close: ']' },
  { open: '([x] in a || ', close: ')' },
  { open: '@choose_defined($nothing, ', close: ')' },
  { open: '&@cast(0, "task_struct")->comm[', close: ']' },
  { open: '("a" . ', close: ')', inner: '"z"' },
  { open: '(x ? "a" : ', close: ')', inner: '"z"' },
  { open: 'sprintf("%d%s", x, ', close: ')', inner: '"z"' },
];

describe(`${DEPTH} levels of`, () => {
  test.each(SHAPES)('$open…$close', ({ open, close, inner = '1' }) => {
    const value = `${open.repeat(DEPTH)}${inner}${close.repeat(DEPTH)}`;
    const text = `global a function f(x) { return x } probe begin { a[1] = 1; x = cpu(); y = ${value}; println(y) }`;
    const { plan, ...said } = planOf(text);
    expect(diagnosticLines(said).filter((line) => line.startsWith('error'))).toEqual([]);
    expect(plan === undefined ? [] : emit(plan)).toHaveLength(2);
  });
});

test('aliases that multiply are told, and not followed to the end', () => {
  const aliases = Array.from({ length: 19 }, (_, i) => `probe a${i + 1} = a${i}, a${i} { }`);
  const text = ['probe a0 = begin { }', ...aliases, 'probe a19 ? { println(1) }'].join('\n');
  expect(diagnosticLines(planOf(text))).toEqual([expect.stringContaining('error too-many-points')]);
});
