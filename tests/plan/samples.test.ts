/** What scripts are lowered to: each sample is a script, and beside it its bodies, step by step. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planJson } from '../../src/4-plan/index.ts';
import { diagnosticLines, planOf } from '../support/check.ts';
import { showPlan } from './show.ts';

const folder = join(import.meta.dirname, 'samples');

test.each(readdirSync(folder).filter((name) => name.endsWith('.stp')))('%s', async (name) => {
  const file = join(folder, name);
  const result = planOf(readFileSync(file, 'utf8'), { guru: true, kernel: '6.1' });
  const errors = diagnosticLines(result).filter((line) => line.startsWith('error'));
  expect(errors).toEqual([]);
  expect(result.plan).toBeDefined();
  if (result.plan === undefined) return;
  await expect(`${showPlan(result.plan).join('\n').trim()}\n`).toMatchFileSnapshot(
    file.replace(/\.stp$/, '.txt'),
  );
  // A plan is plain data.
  expect(JSON.parse(JSON.stringify(result.plan))).toEqual(result.plan);
  expect(planJson(result.plan)).not.toContain('"code"');
});
