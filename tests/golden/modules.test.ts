/**
 * Whole modules as they are written. They change whenever the runtime or a template does: look at the difference, then
 * take it with `npx vitest run --project unit tests/golden -u`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { bundledNames } from '../../src/kernel/bundled.ts';
import { type CheckOptions, diagnosticLines, planOf } from '../support/check.ts';

const folder = join(import.meta.dirname, 'modules');

function moduleOf(name: string): string {
  const text = readFileSync(join(folder, name), 'utf8');
  const result = planOf(text, { file: name, ...optionsOf(text) });
  const errors = diagnosticLines(result).filter((line) => line.startsWith('error'));
  expect(errors).toEqual([]);
  if (result.plan === undefined) throw new Error(`${name} was not planned`);
  const [module, kbuild] = emit(result.plan);
  expect(kbuild).toEqual({ path: 'Kbuild', text: expect.stringMatching(/^obj-m := tapc_test\.o\n/) });
  return module?.text ?? '';
}

/** `# options: -g -r 6.12 -D NAME=VALUE`, in the script; without it 6.1. */
function optionsOf(text: string): CheckOptions {
  const words = (/^# options:(.*)$/m.exec(text)?.[1] ?? '').trim().split(/\s+/);
  const given = (flag: string): string[] => words.filter((_, i) => words[i - 1] === flag);
  const defines = given('-D').map((word): [string, string] => {
    const [name = '', value = '1'] = word.split('=');
    return [name, value];
  });
  return { guru: words.includes('-g'), kernel: given('-r')[0] ?? '6.1', defines: new Map(defines) };
}

test.each(bundledNames())('hello is short on %s', (kernel) => {
  const { plan } = planOf('probe begin { println("hello") exit() }', { kernel });
  const [module] = plan === undefined ? [] : emit(plan);
  expect(module?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(400);
});

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
