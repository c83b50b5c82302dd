/**
 * Every script of `samples/`, compiled, built and loaded on each kernel of LINES; on the other kernels of the matrix those that
 * show that each mechanism is there, and those that name the kernel; on arm64, whose emulation is slow, one or two.
 * `TAPC_SAMPLES="maps/ races/"` picks some, `TAPC_LINES="5.10 7.2"` runs all on other kernels.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { readApi } from '../../src/api/manifest.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { fetchKernel } from './fetch/fetch.ts';
import { kernelLines } from './fetch/lines.ts';
import { findSamples } from './sample/find.ts';
import { unused } from './sample/imports.ts';
import { runSamples, type SamplesRun } from './sample/run.ts';

const asked = process.env.TAPC_LINES?.split(' ');
const LINES = asked ?? ['6.1', '7.3'];
const SMOKE =
  /^(language\/(hello|statistics)|module\/stop|probes\/(function_entry|function_return|kprobe_fallback|tracepoint|timers)|readme\/.*)$/;
const FEW = /^(language\/hello|probes\/function_entry)$/;
const SMOKE_LINES = [
  { line: '5.10', which: SMOKE },
  { line: '6.12', which: SMOKE },
  { line: '7.2', which: SMOKE },
  { line: '6.12-arm64', which: FEW },
] as const;

const wanted = process.env.TAPC_SAMPLES?.split(' ') ?? [];
const samples = (await findSamples()).filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
const seriesOf = (line: string): string => kernelLines.find((row) => row.line === line)?.series ?? line;
const plans = [
  ...LINES.map((line) => ({ line, among: samples })),
  ...(asked === undefined ? SMOKE_LINES : []).map(({ line, which }) => ({
    line,
    among: samples.filter(
      ({ name, options }) =>
        which.test(name) || [options.lines, options.daily].some((of) => of?.includes(line)),
    ),
  })),
]
  .map(({ line, among }) => ({
    line,
    among,
    chosen: among.filter(
      ({ options }) =>
        (options.lines?.includes(seriesOf(line)) ?? true) &&
        (asked !== undefined || (options.daily?.includes(line) ?? true)),
    ),
  }))
  .filter(({ chosen }) => chosen.length > 0);

describe.each(plans)('on $line', ({ line, among, chosen }) => {
  let run: SamplesRun;
  beforeAll(async () => {
    run = await runSamples(await fetchKernel(line), chosen);
  }, 1_800_000);
  test.each(chosen.map((sample) => sample.name))('%s', (name) => {
    expect(run.verdicts.get(name)?.join('\n')).toBe('');
  });
  // Only all of them together can say so.
  if (wanted.length === 0 && among === samples) {
    test('every symbol of the manifest is used', () => {
      expect(unused(readApi(), selectProfile(line).profile, run.imports)).toEqual([]);
    });
  }
});
