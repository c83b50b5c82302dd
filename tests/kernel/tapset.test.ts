/** Every function of the tapset, built against real headers with `W=1`. */
import { describe, expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { planModule } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';
import { callableFunctions, scriptOf } from '../tapset/functions.ts';
import { buildModules, type ModuleSource } from './build.ts';
import { fetchKernel } from './fetch/fetch.ts';

const functions = callableFunctions();
const areas = [...new Set(functions.map((f) => f.area))];

describe.each(['6.1', '6.12'])('on %s', (line) => {
  test('every area builds without a warning', async () => {
    const sources = areas.map((area) => moduleOf(area, line));
    const built = await buildModules(await fetchKernel(line), sources);
    expect(built.flatMap((module) => module.messages)).toEqual([]);
    expect(built.filter((module) => module.ko === undefined).map((module) => module.name)).toEqual([]);
  });
});

function moduleOf(area: string, kernel: string): ModuleSource {
  const name = `t_tapset_${area}`;
  const script = scriptOf(functions.filter((f) => f.area === area));
  const { plan } = planModule({ ...moduleRequest(script, { kernel, guru: true }), module: name });
  const c = plan && emit(plan, {}).find((file) => file.path.endsWith('.c'))?.text;
  if (c === undefined) throw new Error(`the functions of ${area} do not compile on ${kernel}`);
  return { name, c };
}
