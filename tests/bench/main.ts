/** `npm run bench`: prints what tapc costs beside node and SystemTap. Says nothing of pass or fail: it measures. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchKernel } from '../kernel/fetch/fetch.ts';
import { type Cost, median, sideBySide } from './measure.ts';
import { benchRows, type Row } from './rows.ts';

const LINE = '6.1';
const MEMORY_LIMIT_MB = 250;

/** What happens within a process, in milliseconds of a processor. */
const STEPS = [
  { name: 'choose variants', step: 'variants', atMost: 5 },
  { name: 'open a profile, 100 functions', step: 'functions', atMost: 60 },
];
const STEP_REPETITIONS = 9;

async function main(): Promise<void> {
  const wanted = process.argv[2] ?? '';
  const hasStap = existsSync('/usr/bin/stap');
  if (!existsSync('/usr/bin/time')) throw new Error('/usr/bin/time is needed: apt-get install time');
  if (!hasStap) console.log('stap is not installed: no row against it (apt-get install systemtap)');
  const kernel = await fetchKernel(LINE);
  console.log(`kernel ${kernel.release}, node ${process.version}\n`);
  print(['tapc', 'against', 's', 's (user)', 'MB', 'ratio', 'at most', '']);
  const scratch = await mkdtemp(path.join(tmpdir(), 'tapc-bench-'));
  try {
    for (const row of await benchRows(kernel, hasStap, scratch)) {
      if (row.name.includes(wanted)) await tryRow(row);
    }
    for (const step of STEPS) if (step.name.includes(wanted)) printStep(step);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A row whose command fails is told in its place, and in the exit status; the others are measured all the same. */
async function tryRow(row: Row): Promise<void> {
  try {
    await printRow(row);
  } catch (error) {
    process.exitCode = 1;
    console.log(error instanceof Error ? error.message : String(error));
  }
}

async function printRow(row: Row): Promise<void> {
  const contestants = row.theirs === undefined ? [row.ours] : [row.ours, row.theirs];
  const [ours, theirs] = await sideBySide(contestants, row.repetitions);
  if (ours === undefined) return;
  const ratio = theirs === undefined ? ours.seconds : ours.seconds / theirs.seconds;
  const overMemory = ours.peak > MEMORY_LIMIT_MB ? `, over ${MEMORY_LIMIT_MB} MB` : '';
  print([
    row.name,
    row.theirs?.name ?? 'the clock, in seconds',
    pair(ours, theirs, (cost) => cost.seconds.toFixed(3)),
    pair(ours, theirs, (cost) => cost.user.toFixed(2)),
    pair(ours, theirs, (cost) => cost.peak.toFixed(0)),
    ratio.toFixed(2),
    String(row.atMost),
    `${ratio <= row.atMost ? 'ok' : 'over'}${overMemory}`,
  ]);
}

function printStep({ name, step, atMost }: (typeof STEPS)[number]): void {
  const program = fileURLToPath(new URL('kernel-facts.ts', import.meta.url));
  const runs = Array.from({ length: STEP_REPETITIONS }, () => {
    const run = spawnSync(process.execPath, ['--import', 'tsx', program, step, LINE], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
    return Number(run.stdout);
  });
  const cost = median(runs);
  const verdict = cost <= atMost ? 'ok' : 'over';
  print([name, 'the processor, in ms', '', '', '', cost.toFixed(1), String(atMost), verdict]);
}

function pair(ours: Cost, theirs: Cost | undefined, show: (cost: Cost) => string): string {
  return theirs === undefined ? show(ours) : `${show(ours)} / ${show(theirs)}`;
}

const WIDTHS = [32, 31, 15, 13, 11, 7, 8, 4];

function print(cells: readonly string[]): void {
  console.log(
    cells
      .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
      .join(' ')
      .trimEnd(),
  );
}

await main();
