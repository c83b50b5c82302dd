import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sharedNames } from '../../src/cli/shared-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'tapc-symbols-'));
const symbols = join(folder, 'kallsyms');
writeFileSync(
  symbols,
  `ffffffff81000010 t name_show
ffffffff81000020 t name_show
ffffffff81000030 D name_show
ffffffff81000040 T vfs_read
ffffffffc0000010 t vfs_read\t[some]
ffffffff81000050 t name_show_all
0000000000000000 t name_show
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const status = (...points: string[]): string =>
  points.map((point, i) => `probe ${i} hits=0 recorded=0 where=a.stp:1:1 point=${point}\n`).join('');

test('functions that share their name are counted, those of modules and data are not', async () => {
  const points = [
    'kernel.function("name_show").return',
    'kernel.function("vfs_read")',
    'kernel.function("name_*")',
    'kprobe.function("name_show@drivers/base/core.c")',
    'module("some").function("name_show")',
    'begin',
  ];
  expect(await sharedNames(status(...points, points[0] ?? ''), symbols)).toEqual([
    'kernel.function("name_show").return: of 3 functions of this name the first is probed',
    'kprobe.function("name_show@drivers/base/core.c"): of 3 functions of this name the first is probed',
  ]);
});

test('a script without such points reads nothing, and symbols that cannot be read say nothing', async () => {
  expect(await sharedNames(status('begin'), '/nowhere')).toEqual([]);
  expect(await sharedNames(status('kernel.function("name_show")'), '/nowhere')).toEqual([]);
});
