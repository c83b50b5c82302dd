/** `tapc selftest`, as a kernel developer uses it: built by Kbuild, loaded, read from the kernel's log; and broken. */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readApi } from '../../../src/api/manifest.ts';
import { readParts } from '../../../src/cli/selftest/parts.ts';
import { selftestFiles } from '../../../src/cli/selftest.ts';
import { selectProfile } from '../../../src/kernel/select.ts';
import { type FetchedKernel, fetchKernel } from '../fetch/fetch.ts';
import { importsOf, unused } from '../sample/imports.ts';
import { runInVm, type VmJobResult } from '../vm.ts';

const LINES = (process.env.TAPC_LINES ?? '5.10 6.1 6.12 7.2 7.3').split(' ');
const scratch = mkdtempSync(path.join(tmpdir(), 'tapc-selftest-'));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function make(
  kernel: FetchedKernel,
  folder: string,
  tree: string,
  ...more: readonly string[]
): { readonly status: number | null; readonly output: string } {
  const args = ['-C', tree, `M=${folder}`, '-j2', 'W=1', ...kernel.makeArguments, ...more, 'modules'];
  const { status, stdout, stderr } = spawnSync('make', args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', MAKEFLAGS: '' },
  });
  return { status, output: `${stdout}${stderr}` };
}

function write(folder: string, line: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of selftestFiles(selectProfile(line).profile)) {
    writeFileSync(path.join(folder, name), text);
  }
}

/** A build tree that is the kernel's, without some of what it exports. */
function treeWithout(kernel: FetchedKernel, symbol: string): string {
  const tree = mkdtempSync(path.join(scratch, 'tree-'));
  for (const name of readdirSync(kernel.headers)) {
    if (name !== 'Module.symvers') symlinkSync(path.join(kernel.headers, name), path.join(tree, name));
  }
  const lines = readFileSync(path.join(kernel.headers, 'Module.symvers'), 'utf8').split('\n');
  writeFileSync(
    path.join(tree, 'Module.symvers'),
    lines.filter((row) => row.split('\t')[1] !== symbol).join('\n'),
  );
  return tree;
}

describe.each(LINES)('on %s', (line) => {
  const folder = path.join(scratch, line);
  let kernel: FetchedKernel;
  let built: ReturnType<typeof make>;
  let run: VmJobResult | undefined;

  beforeAll(async () => {
    kernel = await fetchKernel(line);
    write(folder, line);
    built = make(kernel, folder, kernel.headers);
    const ko = path.join(folder, 'tapc_selftest.ko');
    if (built.status !== 0) return;
    [run] = await runInVm(
      kernel,
      [
        {
          name: 'selftest',
          // The last part is reported after insmod has returned.
          script: `insmod ./tapc_selftest.ko || exit
until dmesg | grep -q '# tapc_selftest: passed'; do sleep 0.1; done
rmmod tapc_selftest`,
          files: { 'tapc_selftest.ko': { path: ko } },
          timeout: 120,
        },
      ],
      { oneAtATime: true },
    );
  });

  test('it builds without a word', () => {
    // Of the tools' versions it may warn: they are not those that the kernel was built with.
    expect(built.output).not.toMatch(/^\S+:\d+:.*(?:warning|error)|modpost:|\*\*\*/m);
    expect(built.status).toBe(0);
  });

  test('it passes', () => {
    expect(run).toMatchObject({ outcome: 'exited', exitStatus: 0, problems: [] });
    const log = (run?.dmesg ?? '').replace(/^(<\d+>)?\[\s*\d+\.\d+\]\s?/gm, '');
    const names = readParts().map(({ name }) => name);
    const results = [...log.matchAll(/^(not ok|ok) \d+ (\w+)(.*)$/gm)].map(
      ([, how, name, rest]) => `${how} ${name}${rest}`,
    );
    expect(log).toMatch(new RegExp(`^KTAP version 1\n1\\.\\.${names.length}\n`, 'm'));
    expect(results.toSorted(), log).toEqual(names.map((name) => `ok ${name}`));
    expect(log).toMatch(new RegExp(`^# tapc_selftest: passed ${names.length}, failed 0, skipped 0$`, 'm'));
  });

  test('it uses every symbol of the manifest', async () => {
    const imports = await importsOf(path.join(folder, 'tapc_selftest.ko'), kernel.machine);
    expect(unused(readApi(), selectProfile(line).profile, new Set(imports))).toEqual([]);
  });
});

/** Each symbol that the selftest takes, with the parts that do, as it says itself. */
function everySymbol(): (readonly [string, string])[] {
  const table = selftestFiles(selectProfile('6.1').profile).get('symbols.txt') ?? '';
  return [...table.matchAll(/^([^#\s]\S*) (\S+)$/gm)].map(
    ([, symbol = '', parts = '']) => [symbol, parts] as const,
  );
}

/** One of each kind; all of them where TAPC_WITHOUT=all asks for it. */
const TAKEN_AWAY: readonly (readonly [string, string])[] =
  process.env.TAPC_WITHOUT === 'all'
    ? everySymbol()
    : [
        ['hrtimer_init', 'timer'],
        ['tracepoint_probe_register', 'tracepoint'],
        ['register_kretprobe', 'return'],
        ['__unwind_start', 'stack'],
        ['irq_work_queue', 'timer'],
        ['complete', 'every-part'],
      ];

describe('without a symbol', () => {
  test.each(TAKEN_AWAY)('%s it does not build, and names the facility %s', async (symbol, facility) => {
    const kernel = await fetchKernel('6.1');
    const folder = mkdtempSync(path.join(scratch, 'broken-'));
    write(folder, '6.1');
    const { status, output } = make(kernel, folder, treeWithout(kernel, symbol));
    expect(status).not.toBe(0);
    const said = /tapc_selftest: (.*?)\.? *Stop/.exec(output)?.[1] ?? output;
    expect(said).toMatch(
      new RegExp(`(?:^|[ ,;])${facility}[^;]* needs ${symbol}, which this kernel does not export`),
    );
  });
});
