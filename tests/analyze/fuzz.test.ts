/** Scripts with a token replaced, left out or doubled, by the hundred: phases 1 to 3 report, and never throw. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkScript } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';

const folders = [join(import.meta.dirname, 'samples'), join(import.meta.dirname, '..', 'errors', 'analyze')];
const scripts = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.stp'))
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(/^# .*$/gm, '')),
);

const token = /"(?:[^"\\]|\\.)*"|[$@]*\w+|->|<<<|\+\+|--|[=!<>]=|&&|\|\||\S/g;
const tokensOf = (text: string): string[] => text.match(token) ?? [];
const vocabulary = [...new Set(scripts.flatMap(tokensOf))];

const mutation = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'leave out', 'double', 'put before'),
  word: fc.constantFrom(...vocabulary),
});

function mutate(
  text: string,
  changes: readonly (typeof mutation extends fc.Arbitrary<infer T> ? T : never)[],
): string {
  const tokens = tokensOf(text);
  for (const { at, how, word } of changes) {
    const i = at % Math.max(1, tokens.length);
    const old = tokens[i] ?? '';
    if (how === 'replace') tokens[i] = word;
    else if (how === 'leave out') tokens.splice(i, 1);
    else tokens.splice(i, 0, how === 'double' ? old : word);
  }
  return tokens.join(' ');
}

test('damaged scripts give diagnostics with a place in the text', () => {
  const request = moduleRequest('', { guru: true });
  fc.assert(
    fc.property(
      fc.constantFrom(...scripts),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      (script, changes) => {
        const text = mutate(script, changes);
        const result = checkScript({ ...request, source: { file: 'fuzz.stp', text } });
        for (const { code, span } of result.diagnostics) {
          expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
          if (span === undefined) continue;
          const length = result.sources.get(span.file)?.text.length ?? -1;
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          expect(span.end).toBeLessThanOrEqual(length);
        }
      },
    ),
    { numRuns: 400 },
  );
}, 60_000);
