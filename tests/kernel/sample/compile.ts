/** Compiles a sample's script as a user would, with the command line. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModuleSource } from '../build.ts';
import type { FetchedKernel } from '../fetch/fetch.ts';
import type { Sample } from './find.ts';

const TAPC = fileURLToPath(new URL('../../../bin/tapc', import.meta.url));
const LIMIT_MS = 60_000;

export type Compiled =
  | { readonly source: ModuleSource; readonly error?: undefined }
  /** What tapc said, where it did not compile. */
  | { readonly source?: undefined; readonly error: string };

/** What of a sample it takes to compile it. */
export type Compilable = Pick<Sample, 'module' | 'script'> & {
  readonly options: Pick<Sample['options'], 'flags' | 'args'>;
};

/** The module of a sample for one kernel. */
export async function compileSample(sample: Compilable, kernel: FetchedKernel): Promise<Compiled> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tapc-sample-'));
  const file = path.join(folder, `${sample.module}.c`);
  const { flags, args } = sample.options;
  try {
    const target = ['-r', kernel.line, '-m', sample.module, '-o', file];
    // From the script's own folder, so that no path of this machine gets into the module.
    const [where, script] = [path.dirname(sample.script), path.basename(sample.script)];
    const said = await tapc(where, ['compile', ...target, ...flags, script, ...args]);
    if (said.status !== 0) return { error: `tapc exited with ${said.status}:\n${said.output}` };
    return { source: { name: sample.module, c: await readFile(file, 'utf8') } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tapc(
  cwd: string,
  args: readonly string[],
): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(TAPC, args, { timeout: LIMIT_MS, cwd }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, output: `${stdout}${stderr}` });
    });
  });
}
