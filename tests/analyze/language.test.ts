/** Small scripts over the whole language: accepted, or refused with a code at a place. */
import { describe, expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { diagnosticLines, planOf } from '../support/check.ts';
import { features, languageSamples } from '../support/language.ts';

const samples = languageSamples();
const chapters = [...new Set(samples.map((s) => s.name.split('/')[0] ?? ''))];

describe.each(chapters)('%s', { timeout: 30_000 }, (chapter) => {
  test.each(samples.filter((s) => s.name.startsWith(`${chapter}/`)).map((s) => [s.name, s] as const))(
    '%s',
    (_, { text, guru, args, expected, accepted }) => {
      const result = planOf(text, { guru, args });
      expect(diagnosticLines(result).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(expected);
      expect(!result.hasErrors).toBe(accepted);
      // What is accepted becomes C without a word of SystemTap's left in it.
      if (result.plan !== undefined) {
        for (const { text: c } of emit(result.plan)) expect(c).not.toMatch(/^(?!.*\/\*).*\bSTAP_[A-Z]/m);
      }
    },
  );
});

test('every documented feature has a sample, and every sample a feature', () => {
  const rows = features(samples);
  expect(rows.filter((row) => row.samples.length === 0).map((row) => row.feature)).toEqual([]);
  const covered = new Set(rows.flatMap((row) => row.samples));
  expect(samples.map((s) => s.name).filter((name) => !covered.has(name))).toEqual([]);
});
