import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../src/diagnostics/catalogue.ts';
import { planOf } from '../support/check.ts';

const sources = join(import.meta.dirname, '..', '..', 'src');
const catalogue = readCatalogue(join(sources, 'diagnostics', 'messages'));

/** Every code that the sources report: the first argument of `error(` and `warning(`, or a `code:` field. */
function reportedCodes(): Set<string> {
  const codes = new Set<string>();
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const match of text.matchAll(/\b(?:error|warning|code:)\s*\(?\s*'([a-z0-9]+(?:-[a-z0-9]+)+)'/g)) {
      codes.add(match[1] ?? '');
    }
  }
  return codes;
}

describe('the catalogue of messages', () => {
  test('has an entry for every code that is reported', () => {
    expect([...reportedCodes()].filter((code) => !catalogue.has(code))).toEqual([]);
  });

  test('says in every entry what it means, why, and what to do', () => {
    for (const entry of catalogue.values()) {
      const prose = entry.text.replace(/^```.*?^```/gms, '').trim();
      expect(
        prose.split('\n\n').length,
        `${entry.code} needs a summary and a cause or a mend`,
      ).toBeGreaterThan(1);
    }
  });

  test.each([...catalogue.values()].filter((e) => e.examples.length > 0).map((e) => [e.code, e] as const))(
    'the example of %s gives that code',
    (code, entry) => {
      for (const example of entry.examples) {
        const guru = example.includes('-g') && example.startsWith('#');
        expect(planOf(example, { guru }).diagnostics.map((d) => d.code)).toContain(code);
      }
    },
  );
});
