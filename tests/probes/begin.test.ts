/** The script's own beginning and end: their points, and the order in which their handlers run. */
import { describe, expect, test } from 'vitest';
import { openBundled } from '../../src/kernel/bundled.ts';
import { check, diagnosticLines, planOf } from '../support/check.ts';
import { ask } from './support.ts';

const profile = openBundled('6.12');

describe('points', () => {
  test.each([
    ['begin', ['begin'], []],
    ['begin(3)', ['begin(3)'], []],
    ['end(-3)', ['end(-3)'], []],
    ['error', ['error'], []],
    ['never', ['never'], []],
    ['never(1)', ['never'], ['error probe-argument']],
    ['begin("x")', [], ['error probe-argument']],
    ['begin.call', [], ['error probe-component']],
  ])('%s', (text, points, reports) => {
    const asked = ask(text, profile);
    expect(asked?.points.map((p) => p.text)).toEqual(points);
    expect(asked?.reports).toEqual(reports);
  });

  test('are listed', () => {
    const begin = ask('begin', profile)?.family;
    expect([...(begin?.list('*', profile) ?? [])].map((p) => p.text)).toEqual([
      'begin',
      'end',
      'error',
      'never',
    ]);
  });
});

test('lower numbers come first, then the order of the script', () => {
  const script = `
    probe begin(1) { println("third") }
    probe begin { println("second") }
    probe begin(-5) { println("first") }
    probe begin(1) { println("fourth") }
    probe never { println("not at all") }
    probe end(2) { println("last") }
    probe end(-2) { println("before it") }`;
  const { plan, diagnostics } = planOf(script);
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  const code = plan?.families.find((f) => f.name === 'begin')?.code ?? '';
  const order = [...code.matchAll(/tapc_process\(&tapc_probes\[(\d)\]/g)].map(([, row]) => row);
  expect(order).toEqual(['2', '1', '0', '3', '6', '5']);
});

test('an error in one begin handler keeps the next from running', () => {
  const { plan } = planOf('probe begin { println(1) } probe begin { println(2) }');
  const code = plan?.families.find((f) => f.name === 'begin')?.code ?? '';
  expect(code).toMatch(
    /\tif \(READ_ONCE\(tapc_state\) < TAPC_STOPPING\)\n\t\ttapc_process\(&tapc_probes\[1\]/,
  );
});

test('a misspelt one is told apart', () => {
  expect(diagnosticLines(check('probe begim { println(1) }')).join('\n')).toMatch(/^error /);
});
