import { describe, expect, test } from 'vitest';
import { diagnosticLines, planOf } from '../support/check.ts';
import { scriptOf, tapsetFunctions } from './functions.ts';

const functions = tapsetFunctions();
const areas = [...new Set(functions.map((f) => f.area))];

test('every function says what it does', () => {
  expect(functions.filter((f) => f.item.doc === undefined).map((f) => `${f.file}: ${f.item.name}`)).toEqual(
    [],
  );
});

test('every parameter has a type', () => {
  const untyped = functions.filter(({ item }) => item.params.some((p) => p.type === undefined));
  expect(untyped.map((f) => `${f.file}: ${f.item.name}`)).toEqual([]);
});

describe.each(['6.1', '6.12'])('on %s', (kernel) => {
  test.each(areas)('all functions of %s become a module', (area) => {
    const result = planOf(scriptOf(functions.filter((f) => f.area === area)), { kernel, guru: true });
    expect(diagnosticLines(result)).toEqual([]);
    expect(result.plan?.functions.length).toBeGreaterThan(0);
  });
});
