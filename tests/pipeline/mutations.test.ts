/** Scripts that parse and mean nonsense: every phase ends with diagnostics or with C, and throws nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { planModule } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';

const folder = join(import.meta.dirname, '..', 'kernel', 'samples');
const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('script.stp'))
  .sort()
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .filter((text) => text.length < 2500)
  .map(words);

/** A script as words, white space kept with the word before it. */
function words(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|[@$]*\w+|[^\w\s]|\n)[ \t]*/g) ?? [];
}

const pool = [...new Set(scripts.flat())];

const change = fc.record({
  at: fc.nat(2000),
  kind: fc.constantFrom('replace', 'drop', 'double', 'swap', 'insert'),
  word: fc.constantFrom(...pool),
});

const mutant = fc
  .tuple(fc.constantFrom(...scripts), fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([script, changes]) => {
    const list = [...script];
    for (const { at, kind, word } of changes) {
      const i = at % list.length;
      const here = list[i] ?? '';
      const next = list[i + 1] ?? '';
      if (kind === 'replace') list[i] = word;
      else if (kind === 'drop') list.splice(i, 1);
      else if (kind === 'double') list.splice(i, 0, here);
      else if (kind === 'insert') list.splice(i, 0, word);
      else list.splice(i, 2, next, here);
    }
    return list.join('');
  });

const request = moduleRequest('');

function compile(text: string): 'compiled' | 'refused' {
  const result = planModule({ ...request, source: { file: 'mutant.stp', text } });
  for (const { code, span, notes } of result.diagnostics) {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const place of [span, ...notes.map((note) => note.span)]) {
      if (place === undefined) continue;
      const source = result.sources.get(place.file);
      expect(source, place.file).toBeDefined();
      expect(place.start).toBeGreaterThanOrEqual(0);
      expect(place.end).toBeLessThanOrEqual(source?.text.length ?? 0);
    }
  }
  if (result.plan === undefined) {
    expect(result.diagnostics.some((d) => d.severity === 'error')).toBe(true);
    return 'refused';
  }
  expect(emit(result.plan).map((file) => file.path)).toEqual(['tapc_test.c', 'Kbuild']);
  return 'compiled';
}

test('mutated scripts go through all phases', { timeout: 120_000 }, () => {
  const outcomes = { compiled: 0, refused: 0 };
  fc.assert(
    fc.property(mutant, (text) => {
      outcomes[compile(text)]++;
    }),
    { numRuns: 1000 },
  );
  // Both ways must be well trodden, or the test tests little.
  expect(outcomes.compiled).toBeGreaterThan(20);
  expect(outcomes.refused).toBeGreaterThan(20);
});
