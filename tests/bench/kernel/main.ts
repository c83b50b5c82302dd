/**
 * `npm run bench:kernel -- [--stap] [-r LINE]… [WORD…]`: instructions that a hit costs over the bare call, in tapc's module, in
 * one written by hand, and in SystemTap's; rows with one of the words in their names, or all. Says nothing of pass or fail: it measures.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openBundled } from '../../../src/kernel/bundled.ts';
import { type FetchedKernel, fetchKernel } from '../../kernel/fetch/fetch.ts';
import { type Contestant, contestants } from './contestants.ts';
import { type Measured, measure } from './measure.ts';
import { benchRows, type Row } from './rows.ts';
import { table } from './table.ts';

/** Debian's SystemTap is too old for newer lines. */
const STAP_LINES = new Set(['6.1']);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      stap: { type: 'boolean', default: false },
      line: { type: 'string', short: 'r', multiple: true },
    },
    allowPositionals: true,
  });
  if (values.stap) installStap();
  for (const line of values.line ?? ['6.1', '6.12']) await benchLine(line, values.stap, positionals);
}

async function benchLine(line: string, stap: boolean, words: readonly string[]): Promise<void> {
  const kernel = await fetchKernel(line);
  const rows = benchRows(commOffset(line)).filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  const scratch = await mkdtemp(path.join(tmpdir(), 'tapc-bench-'));
  try {
    const all = await contestants(kernel, rows, { stap: stap && STAP_LINES.has(line), scratch });
    print(kernel, rows, all, await measure(kernel, all));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function print(
  kernel: FetchedKernel,
  rows: readonly Row[],
  all: readonly Contestant[],
  measured: Measured,
): void {
  console.log(`kernel ${kernel.release}: instructions of a hit, over the bare call`);
  for (const [call, cost] of measured.bare) console.log(`the bare call of ${call}: ${cost.toFixed(0)}`);
  console.log(`\n${table(kernel.line, rows, all, measured)}\n`);
}

function commOffset(line: string): number {
  const types = openBundled(line).types();
  const task = types.struct('task_struct');
  const comm = task === undefined ? undefined : types.member(task, 'comm');
  if (comm === undefined) throw new Error(`the types of ${line} do not tell where a task has its name`);
  return comm.bitOffset / 8;
}

function installStap(): void {
  if (existsSync('/usr/bin/stap') && existsSync('/usr/bin/staprun')) return;
  const root = process.getuid?.() === 0 ? [] : ['sudo'];
  const [program = '', ...words] = [
    ...root,
    'apt-get',
    'install',
    '-q',
    '-y',
    '--no-install-recommends',
    'systemtap',
  ];
  execFileSync(program, words, { stdio: 'inherit' });
}

await main();
