/** Formatting: samples, and that it never changes what a script means. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PreprocessorFacts, parse, print } from '../../src/1-parse/index.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { elementsOf, isLineComment } from '../../src/format/elements.ts';
import { format } from '../../src/format/index.ts';

const here = import.meta.dirname;
const root = join(here, '..', '..');

function formatted(text: string): string | undefined {
  return format({ file: 'x.stp', text }, new Diagnostics());
}

const facts: PreprocessorFacts = {
  kernelRelease: '6.12.1',
  kernelVersion: '6.12.1',
  arch: 'x86_64',
  systemtapVersion: '5.6',
  privilege: 'stapdev',
  guru: true,
  runtime: 'kernel',
  config: () => 'y',
};

/** The tree, printed; and what is wrong with it, without the places. */
function meaning(text: string): string {
  const diagnostics = new Diagnostics();
  const script = parse(
    { file: 'x.stp', text },
    { args: ['1', '2'], conditions: facts, guru: true },
    diagnostics,
  );
  // Which comment documents an item depends on where it stands.
  const printed = print(script).replaceAll(/^\/\/.*\n/gm, '');
  return `${printed}\n${diagnostics.list.map((d) => d.code).join(' ')}`;
}

function scriptsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.stpm?$/.test(name))
    .map((name) => join(folder, name));
}

/** Scripts of a package, where it is installed. */
function installed(name: string): string[] {
  try {
    const list = execFileSync('dpkg', ['-L', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return list.split('\n').filter((file) => /\.stpm?$/.test(file) && existsSync(file));
  } catch {
    return [];
  }
}

describe('samples', () => {
  test.each(readdirSync(join(here, 'samples')).filter((name) => name.endsWith('.stp')))(
    '%s',
    async (name) => {
      const file = join(here, 'samples', name);
      await expect(formatted(readFileSync(file, 'utf8'))).toMatchFileSnapshot(file.replace(/\.stp$/, '.out'));
    },
  );
});

const own = [...scriptsIn(join(root, 'tests')), ...scriptsIn(join(root, 'tapsets'))];

describe('what a script means stays the same', () => {
  test.each([
    ['of our own', own],
    ['of SystemTap', installed('systemtap-doc')],
    // Most of its tapset is one file for each system call, and much alike.
    ['of its tapset', installed('systemtap-common').filter((_, i) => i % 5 === 0)],
  ])('%s', { timeout: 300_000 }, (_, files) => {
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      const once = formatted(text);
      if (once === undefined) continue;
      if (once === text) continue;
      expect(formatted(once), file).toBe(once);
      expect(meaning(once), file).toBe(meaning(text));
    }
  });

  test('however it was laid out', { timeout: 120_000 }, () => {
    const texts = own.map((file) => readFileSync(file, 'utf8')).filter((text) => text.length < 3000);
    const gap = fc.constantFrom('', ' ', '\n', '\n\n\n', '\t  ', '  \n  ');
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(gap, { minLength: 40, maxLength: 40 }),
        (text, gaps) => {
          fc.pre(formatted(text) !== undefined);
          const strewn = strew(text, gaps);
          const once = formatted(strewn) ?? '';
          expect(formatted(once)).toBe(once);
          expect(meaning(once)).toBe(meaning(text));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Other white space where there was some; some of it more. */
function strew(text: string, gaps: readonly string[]): string {
  let out = '';
  elementsOf({ file: 'x.stp', text }).list.forEach((element, i, list) => {
    const gap = gaps[i % gaps.length] ?? '';
    const before = list[i - 1];
    if (isLineComment(before)) out += gap.includes('\n') ? gap : `\n${gap}`;
    else if (element.apart) out += gap === '' ? ' ' : gap;
    out += element.text;
  });
  return `${out}\n`;
}

test('says what is wrong where the text cannot be taken apart', () => {
  const diagnostics = new Diagnostics();
  expect(format({ file: 'x.stp', text: 'probe begin { print("a) }' }, diagnostics)).toBeUndefined();
  expect(diagnostics.list.map((d) => d.code)).toEqual(['unterminated-string']);
});
