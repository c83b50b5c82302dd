import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PARTS } from './rules.ts';
import { violations } from './walls.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
  .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
  .sort();
const families = foldersOf('src/probes');

describe('the sources keep to the rules', () => {
  test.each(foldersOf('src'))('src/%s', (folder) => {
    const inFolder = files.filter((file) => file.startsWith(`src/${folder}/`));
    expect(inFolder.flatMap(check)).toEqual([]);
  });

  test('files directly in src', () => {
    expect(files.filter((file) => path.dirname(file) === 'src').flatMap(check)).toEqual([]);
  });

  test('each part has rules', () => {
    const parts = new Set(files.map((file) => file.split('/')[1] ?? ''));
    expect([...parts].filter((part) => PARTS[part] === undefined)).toEqual([]);
  });
});

test('each folder explains itself', () => {
  const explained = ['src', 'runtime', 'tests'].flatMap((top) => [
    top,
    ...foldersOf(top).map((f) => `${top}/${f}`),
  ]);
  explained.push(...families.map((family) => `src/probes/${family}`));
  explained.push('tapsets');
  const silent = explained.filter((folder) => !readdirSync(path.join(ROOT, folder)).includes('README.md'));
  expect(silent).toEqual([]);
});

test('the top level stays as the design has it', () => {
  const allowed =
    /^(\..*|bin|src|runtime|tapsets|tests|dist|node_modules|package(-lock)?\.json|tsconfig\.json|biome\.json|knip\.json|README\.md|CHANGELOG\.md|LICENSE|[a-z]+\.config\.ts)$/;
  // What a command of the README writes is not kept.
  const kept = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const names = new Set(kept.map((file) => file.split('/', 1)[0] ?? ''));
  expect([...names].filter((name) => !allowed.test(name))).toEqual([]);
});

describe('the walls see what is against the rules', () => {
  test.each([
    [
      'a lower phase that imports a higher one',
      'src/1-parse/x.ts',
      "import { plan } from '../4-plan/index.ts';",
      /src\/4-plan/,
    ],
    [
      'types of a higher one',
      'src/1-parse/x.ts',
      "import type { P } from '../4-plan/plan.ts';",
      /types of src\/4-plan/,
    ],
    [
      'code where only types are allowed',
      'src/2-resolve/x.ts',
      "import { families } from '../probes/registry.ts';",
      /src\/probes/,
    ],
    ['a dynamic import', 'src/3-analyze/x.ts', "export const x = import('../cli/main.ts');", /src\/cli/],
    ['a re-export', 'src/kernel/x.ts', "export * from '../cli/main.ts';", /src\/cli/],
    [
      'a library that is another part’s',
      'src/4-plan/x.ts',
      "import Handlebars from 'handlebars';",
      /only src\/5-emit/,
    ],
    ['a library that nobody may use', 'src/cli/x.ts', "import chalk from 'chalk';", /no rule/],
    ['the environment', 'src/3-analyze/x.ts', 'export const x = process.env.HOME;', /process/],
    ['the clock', 'src/5-emit/x.ts', 'export const x = () => new Date();', /Date/],
    ['chance', 'src/4-plan/x.ts', 'export const x = () => Math.random();', /random/],
    ['files', 'src/2-resolve/x.ts', "import { readFileSync } from 'node:fs';", /node:fs/],
    ['writing', 'src/diagnostics/catalogue.ts', "import { writeFileSync } from 'node:fs';", /writeFileSync/],
    [
      'writing by member',
      'src/diagnostics/catalogue.ts',
      "import fs from 'node:fs'; fs.rmSync('x');",
      /rmSync/,
    ],
    ['mutable state', 'src/cli/x.ts', 'export let count = 0;', /count/],
    [
      'a family by import',
      'src/4-plan/x.ts',
      "import type { T } from '../probes/timer/plan.ts';",
      /family timer/,
    ],
    [
      'a family by name',
      'src/4-plan/x.ts',
      "export const isIt = (f: string) => f === 'timer';",
      /names the family/,
    ],
    [
      'one family that imports another',
      'src/probes/begin/x.ts',
      "import { x } from '../timer/x.ts';",
      /family timer/,
    ],
    ['a long file', 'src/cli/x.ts', '\n'.repeat(600), /more than 500/],
  ])('%s', (_, file, text, message) => {
    expect(violations(file, text, ['timer', 'begin']).join('\n')).toMatch(message);
  });

  test.each([
    ['a property of that name', 'src/3-analyze/x.ts', 'export const x = (t: { Date: number }) => t.Date;'],
    ['types of a lower phase', 'src/4-plan/x.ts', "import type { Script } from '../1-parse/ast.ts';"],
    ['its own library', 'src/1-parse/x.ts', "import * as ohm from 'ohm-js';"],
    ['the registry', 'src/probes/registry.ts', "import { timer } from './timer/index.ts';"],
  ])('and nothing against %s', (_, file, text) => {
    expect(violations(file, text, ['timer'])).toEqual([]);
  });
});

function check(file: string): string[] {
  return violations(file, readFileSync(path.join(ROOT, file), 'utf8'), families);
}

function foldersOf(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
