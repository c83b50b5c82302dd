import { describe, expect, test } from 'vitest';
import { check, diagnosticLines, planOf } from '../support/check.ts';
import { aliasScript, scriptOf, tapsetAliases, tapsetFunctions } from './functions.ts';

const functions = tapsetFunctions();
const aliases = tapsetAliases();
const aliasAreas = [...new Set(aliases.map((a) => a.area))];
const areas = [...new Set(functions.map((f) => f.area))];

test('every function says what it does', () => {
  expect(functions.filter((f) => f.item.doc === undefined).map((f) => `${f.file}: ${f.item.name}`)).toEqual(
    [],
  );
});

test('every alias says what it is', () => {
  expect(aliases.filter((a) => a.item.doc === undefined).map((a) => `${a.file}: ${a.name}`)).toEqual([]);
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

  test.each(aliasAreas)('all aliases of %s have points, and their variables values', (area) => {
    const result = check(aliasScript(aliases.filter((a) => a.area === area)), { kernel, guru: true });
    expect(diagnosticLines(result)).toEqual([]);
  });
});
