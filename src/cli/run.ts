/** `tapc run`: build, load, stream the output, unload. */
import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { addBuildOptions, type BuildOptions, type BuiltModule, buildModule } from './build.ts';
import { environmentError } from './exit.ts';
import { errorCode } from './files.ts';
import { say } from './report.ts';
import { lossesOf } from './status.ts';

interface RunOptions extends BuildOptions {
  readonly o?: string;
}

const DEBUGFS = '/sys/kernel/debug';

export function addRun(program: Command): void {
  addBuildOptions(program.command('run'))
    .description('build the module of a script, load it, print its output, unload it')
    .option('-o <file>', 'write the output there instead of to standard output')
    .action(async (script: string | undefined, args: string[], options: RunOptions) => {
      requireRoot();
      const folder = mkdtempSync(join(tmpdir(), 'tapc-'));
      try {
        const built = await buildModule(script, args, options, folder);
        await runModule(built, options.o);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
}

function requireRoot(): void {
  if (process.getuid?.() !== 0) throw environmentError('loading a module needs root', 'run it with sudo');
  if (!existsSync(join(DEBUGFS, 'tracing')) && !existsSync(join(DEBUGFS, 'bdi'))) {
    const mounted = spawnSync('mount', ['-t', 'debugfs', 'none', DEBUGFS], { encoding: 'utf8' });
    if (mounted.status !== 0) {
      throw environmentError(
        `debugfs is not mounted: ${mounted.stderr.trim()}`,
        `mount -t debugfs none ${DEBUGFS}`,
      );
    }
  }
}

async function runModule(module: BuiltModule, output: string | undefined): Promise<void> {
  const files = join(DEBUGFS, 'tapc', module.name);
  load(module);
  const stop = () => {
    try {
      writeFileSync(join(files, 'control'), 'stop\n');
    } catch (error) {
      say(`tapc: cannot stop ${module.name}: ${errorCode(error) || String(error)}`);
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  let status = '';
  try {
    await stream(join(files, 'trace'), output);
    status = readFileSync(join(files, 'status'), 'utf8');
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    unload(module);
  }
  for (const loss of lossesOf(status)) say(`tapc: ${loss}`);
}

function load(module: BuiltModule): void {
  const insmod = spawnSync('insmod', [module.file], { encoding: 'utf8' });
  if (insmod.error !== undefined) throw environmentError('the command insmod is not there', 'install kmod');
  if (insmod.status !== 0) {
    throw environmentError(`cannot load ${module.name}: ${insmod.stderr.trim()}`, 'dmesg says more');
  }
}

/** Copies the trace until the module says that it is complete. */
async function stream(trace: string, output: string | undefined): Promise<void> {
  const from = createReadStream(trace);
  if (output !== undefined) return pipeline(from, createWriteStream(output));
  from.pipe(process.stdout, { end: false });
  return finished(from);
}

function unload(module: BuiltModule): void {
  const rmmod = spawnSync('rmmod', [module.name], { encoding: 'utf8' });
  if (rmmod.status !== 0) say(`tapc: cannot unload ${module.name}: ${rmmod.stderr.trim()}`);
}
