/** The whole modules that are kept in `tests/golden` build silently under W=1, on the kernel that each is for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildModules } from './build.ts';
import { fetchKernel } from './fetch/fetch.ts';

const folder = join(import.meta.dirname, '..', 'golden', 'modules');
const modules = readdirSync(folder)
  .filter((name) => name.endsWith('.c'))
  .map((name) => ({ name: `golden_${name.slice(0, -2)}`, c: readFileSync(join(folder, name), 'utf8') }));

test.each(['6.1', '6.12'])('modules for %s build without a warning', { timeout: 600_000 }, async (line) => {
  const own = modules.filter(({ c }) =>
    new RegExp(`^ \\* for Linux ${line.replace('.', '\\.')}\\.`, 'm').test(c),
  );
  expect(own).not.toEqual([]);
  const built = await buildModules(await fetchKernel(line), own);
  expect(built.flatMap(({ name, messages }) => messages.map((text) => `${name}: ${text}`))).toEqual([]);
  expect(built.filter(({ ko }) => ko === undefined)).toEqual([]);
});
