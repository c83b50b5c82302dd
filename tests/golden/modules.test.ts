/**
 * Whole modules as they are written. They change whenever the runtime or a template does: look at the difference, then
 * take it with `npx vitest run --project unit tests/golden -u`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { diagnosticLines, planOf } from '../support/check.ts';

const folder = join(import.meta.dirname, 'modules');

function moduleOf(name: string): string {
  const text = readFileSync(join(folder, name), 'utf8');
  const result = planOf(text, { file: name, kernel: '6.1' });
  const errors = diagnosticLines(result).filter((line) => line.startsWith('error'));
  expect(errors).toEqual([]);
  if (result.plan === undefined) throw new Error(`${name} was not planned`);
  const [module, kbuild] = emit(result.plan);
  expect(kbuild).toEqual({ path: 'Kbuild', text: expect.stringMatching(/^obj-m := tapc_test\.o\n/) });
  return module?.text ?? '';
}

const names = readdirSync(folder).filter((name) => name.endsWith('.stp'));

test.each(names)('%s', async (name) => {
  const text = moduleOf(name);
  await expect(text).toMatchFileSnapshot(join(folder, name.replace(/\.stp$/, '.c')));
  // The same script gives the same bytes.
  expect(moduleOf(name)).toBe(text);
  // No time, no path, no machine.
  expect(text).not.toContain(import.meta.dirname);
  expect(text).not.toMatch(/[ \t]\n|\n\n\n/);
});
