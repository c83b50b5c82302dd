/** Measures whole processes, cold, side by side. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A command that may differ from repetition to repetition, so that nothing of it is in a cache. */
export interface Contestant {
  readonly name: string;
  /** Words of the `n`th run, which has `folder` to itself, and what the environment gets besides. */
  command(n: number, folder: string): readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Cost {
  /** Wall clock. */
  readonly seconds: number;
  /** User time of the process and all that it waited for. */
  readonly user: number;
  /** Greatest resident set of any one process, in MB. */
  readonly peak: number;
}

/** Medians of `repetitions` runs of each, taken in turn so that a busy machine is busy for all. */
export async function sideBySide(contestants: readonly Contestant[], repetitions: number): Promise<Cost[]> {
  const costs: Cost[][] = contestants.map(() => []);
  for (let n = 0; n < repetitions; n++) {
    for (const [i, contestant] of contestants.entries()) costs[i]?.push(await runOnce(contestant, n));
  }
  return costs.map((runs) => ({
    seconds: median(runs.map((cost) => cost.seconds)),
    user: median(runs.map((cost) => cost.user)),
    peak: Math.max(...runs.map((cost) => cost.peak)),
  }));
}

/** Of no numbers it is NaN. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

async function runOnce(contestant: Contestant, n: number): Promise<Cost> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tapc-bench-'));
  try {
    const usage = path.join(folder, '.usage');
    const command = contestant.command(n, folder);
    const start = process.hrtime.bigint();
    const failure = await execute(
      ['/usr/bin/time', '-o', usage, '-f', '%U %M', ...command],
      folder,
      contestant.environment ?? {},
    );
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (failure !== undefined) throw new Error(`${contestant.name}: ${command.join(' ')}\n${failure}`);
    const [user = Number.NaN, kilobytes = Number.NaN] = (await readFile(usage, 'utf8'))
      .split(' ')
      .map(Number);
    return { seconds, user, peak: kilobytes / 1024 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a command said where it failed, else undefined. */
function execute(
  command: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const [program = '', ...args] = command;
    const said: Buffer[] = [];
    const env: NodeJS.ProcessEnv = { ...process.env, ...environment };
    // Node reads these certificates at each start, which takes longer than all else; bin/tapc keeps them from it.
    delete env.NODE_EXTRA_CA_CERTS;
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (bytes: Buffer) => said.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => said.push(bytes));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status) => {
      resolve(status === 0 ? undefined : Buffer.concat(said).toString('utf8').slice(-3000));
    });
  });
}
