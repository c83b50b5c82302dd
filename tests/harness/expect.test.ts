import { describe, expect, test } from 'vitest';
import { difference } from '../kernel/sample/expect.ts';

const text = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('');

describe('what is as expected', () => {
  test.each([
    ['nothing', '', ''],
    ['equal lines', text('a', 'b'), text('a', 'b')],
    ['a gap over no line', text('a', '...', 'b'), text('a', 'b')],
    ['a gap over lines', text('a', '...', 'b'), text('a', 'x', 'b', 'y', 'b')],
    ['a gap at the end', text('a', '...'), text('a', 'x', 'y')],
    ['a whole-line regex', text('/[ab]+/'), text('abba')],
    ['repeated regex', text('/\\d+/+', '7'), text('1', '2', '7')],
    ['a literal that looks like a gap', text('\\...'), text('...')],
    ['placeholders', text('pid {int} of {word}: {any}'), text('pid -3 of a.b: ')],
    ['what was remembered', text('{a:int} {b:hex}', '{b} {a}'), text('10 ff', 'ff 10')],
    ['braces that are text', text('{ {x} {a:b} {1}'), text('{ {x} {a:b} {1}')],
    ['remembering across a gap', text('...', 'id {a:int}', 'again {a}'), text('id 1', 'id 2', 'again 2')],
  ])('%s', (_, expected, actual) => {
    expect(difference(expected, actual)).toBeUndefined();
  });
});

describe('what is not', () => {
  test.each([
    ['another line', text('a', 'b'), text('a', 'c'), 'line 2: expected b\n      got c'],
    ['a line too few', text('a', 'b'), text('a'), 'line 2: expected b\n      got (the end)'],
    ['a line too many', text('a'), text('a', 'b'), 'line 2: expected (the end)\n      got b'],
    ['part of a line', text('/a/'), text('ab'), 'line 1: expected /a/\n      got ab'],
    ['another value', text('{a:int}', '{a}'), text('1', '11'), 'line 2: expected {a}\n      got 11'],
    [
      'no newline at the end',
      text('a'),
      'a',
      'line 2: expected (the end)\n      got (the text does not end with a newline)',
    ],
    ['a dot for a letter', text('a.c'), text('abc'), 'line 1: expected a.c\n      got abc'],
  ])('%s', (_, expected, actual, message) => {
    expect(difference(expected, actual)).toBe(message);
  });
});

describe('in any order', () => {
  const anyOrder = true;
  test('takes each line once', () => {
    expect(difference(text('a', 'b', 'b'), text('b', 'a', 'b'), { anyOrder })).toBeUndefined();
    expect(difference(text('a', 'b', 'b'), text('b', 'a', 'a'), { anyOrder })).toBe('no line is b');
    expect(difference(text('a'), text('a', 'x'), { anyOrder })).toBe('nothing expects the line x');
    expect(difference(text('a', '...'), text('x', 'a'), { anyOrder })).toBeUndefined();
  });
});

test('values that the workload binds', () => {
  expect(difference(text('pid {pid}'), text('pid 42'), { bindings: { pid: '42' } })).toBeUndefined();
  expect(difference(text('pid {pid}'), text('pid 43'), { bindings: { pid: '42' } })).toMatch(/expected pid/);
});

test('many gaps over many lines end in time', () => {
  const expected = text(...Array.from({ length: 12 }, () => ['...', 'x']).flat(), 'no');
  expect(difference(expected, text(...Array.from({ length: 400 }, () => 'x')))).toMatch(/^line/);
});
