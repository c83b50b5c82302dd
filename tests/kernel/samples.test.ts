/** Every script of `samples/`, compiled, built and loaded on each kernel. `TAPC_SAMPLES=maps/` picks some. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fetchKernel } from './fetch/fetch.ts';
import { findSamples } from './sample/find.ts';
import { runSamples } from './sample/run.ts';

const LINES = (process.env.TAPC_LINES ?? '6.1 6.12').split(' ');
const wanted = process.env.TAPC_SAMPLES ?? '';
const samples = (await findSamples()).filter((sample) => sample.name.includes(wanted));

describe.each(LINES)('on %s', (line) => {
  let verdicts: Map<string, readonly string[]>;
  beforeAll(async () => {
    verdicts = await runSamples(await fetchKernel(line), samples);
  }, 1_800_000);
  test.each(samples.map((sample) => sample.name))('%s', (name) => {
    expect(verdicts.get(name)?.join('\n')).toBe('');
  });
});
