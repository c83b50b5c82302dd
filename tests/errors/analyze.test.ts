/** What analysis refuses and warns of: each sample ends in comments that say what, and where. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, diagnosticLines } from '../support/check.ts';

const folder = join(import.meta.dirname, 'analyze');

/** `# error CODE LINE:COLUMN` and `# warning …`, the last lines of a sample. */
const expectation = /^# ((?:error|warning) [a-z-]+ \d+:\d+)$/gm;

describe.each(readdirSync(folder))('%s', (code) => {
  const samples = readdirSync(join(folder, code)).filter((name) => name.endsWith('.stp'));
  test.each(samples)('%s', (name) => {
    const text = readFileSync(join(folder, code, name), 'utf8');
    const expected = [...text.matchAll(expectation)].map((m) => m[1]);
    expect(expected.length, 'a sample says what it expects').toBeGreaterThan(0);
    expect(
      expected.some((line) => line?.split(' ')[1] === code),
      `it is about ${code}`,
    ).toBe(true);
    const result = check(text, { guru: name.startsWith('guru-') });
    expect(diagnosticLines(result).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(expected);
  });
});
