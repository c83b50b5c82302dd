/** Every script of `samples/`, compiled, built and loaded on each kernel. `TAPC_SAMPLES=maps/` picks some. */
import { beforeAll, describe, expect, test } from 'vitest';
import { readApi } from '../../src/api/manifest.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { fetchKernel } from './fetch/fetch.ts';
import { findSamples } from './sample/find.ts';
import { unused } from './sample/imports.ts';
import { runSamples, type SamplesRun } from './sample/run.ts';

const LINES = (process.env.TAPC_LINES ?? '6.1 6.12').split(' ');
const wanted = process.env.TAPC_SAMPLES ?? '';
const samples = (await findSamples()).filter((sample) => sample.name.includes(wanted));

describe.each(LINES)('on %s', (line) => {
  let run: SamplesRun;
  beforeAll(async () => {
    run = await runSamples(await fetchKernel(line), samples);
  }, 1_800_000);
  test.each(samples.map((sample) => sample.name))('%s', (name) => {
    expect(run.verdicts.get(name)?.join('\n')).toBe('');
  });
  // Only all of them together can say so.
  if (wanted === '') {
    test('every symbol of the manifest is used', () => {
      expect(unused(readApi(), selectProfile(line).profile, run.imports)).toEqual([]);
    });
  }
});
