/** `tapc run`: build, load, stream the output, unload. */
import { spawn, spawnSync } from 'node:child_process';
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
import { basename, join, resolve } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { addBuildOptions, type BuildOptions, type BuiltModule, buildModule } from './build.ts';
import { EXIT, environmentError, usageError } from './exit.ts';
import { errorCode } from './files.ts';
import { forwardKeys, type Keys } from './keys.ts';
import { stdout } from './output.ts';
import { say } from './report.ts';
import type { LanguageOptions } from './request.ts';
import { sharedNames } from './shared-names.ts';
import { costsOf, lossesOf } from './status.ts';
import { parseTarget, StoppedCommand, takesParameter } from './target.ts';

interface RunOptions extends BuildOptions {
  readonly o?: string;
  readonly x?: string;
  readonly c?: string;
  readonly s?: string;
}

const DEBUGFS = '/sys/kernel/debug';

export function addRun(program: Command): void {
  addBuildOptions(program.command('run'))
    .description(
      'build the module of a script, load it, print its output, unload it; or run a .ko built before',
    )
    .option('-o <file>', 'write the output there instead of to standard output')
    .option('-s <megabytes>', 'output that may wait on each processor')
    .option('-x <pid>', 'what target() is: the number of a process')
    .option(
      '-c <command>',
      'run the command once the script has begun, with its number as target(), and end with it',
    )
    .action(runScript);
}

/** Builds, loads, streams the output, unloads. */
export async function runScript(
  script: string | undefined,
  args: readonly string[],
  options: RunOptions & LanguageOptions,
): Promise<void> {
  if (options.x !== undefined && options.c !== undefined) throw usageError('-x and -c exclude each other');
  if (options.x !== undefined) parseTarget(options.x);
  if (options.s !== undefined) parseMegabytes(options.s);
  requireRoot();
  if (script?.endsWith('.ko') === true && options.e === undefined) {
    if (!existsSync(script)) throw usageError(`there is no module ${script}`);
    await runWithTarget({ name: basename(script, '.ko'), file: resolve(script) }, options);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tapc-'));
  try {
    await runWithTarget(await buildModule(script, args, options, folder), options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

/** What runs beside the script. */
interface Run {
  readonly output: string | undefined;
  readonly command: StoppedCommand | undefined;
  readonly parameters: readonly string[];
}

async function runWithTarget(module: BuiltModule, options: RunOptions): Promise<void> {
  const given = options.x === undefined ? undefined : parseTarget(options.x);
  const command = options.c === undefined ? undefined : await StoppedCommand.start(options.c);
  const target = command?.pid ?? given;
  const parameters = [
    ...(target !== undefined && takesParameter(module.file, 'target') ? [`target=${target}`] : []),
    ...(takesParameter(module.file, 'west') ? [`west=${new Date().getTimezoneOffset() * 60}`] : []),
    ...(options.s === undefined ? [] : [`buffer=${parseMegabytes(options.s)}`]),
  ];
  try {
    await runModule(module, { output: options.o, command, parameters });
  } catch (error) {
    command?.discard();
    throw error;
  }
  const end = await command?.ended;
  if (end?.complaint === undefined) return;
  say(`tapc: ${end.complaint}`);
  process.exitCode = EXIT.script;
}

const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function runModule(module: BuiltModule, run: Run): Promise<void> {
  const files = join(DEBUGFS, 'tapc', module.name);
  if (existsSync(files))
    throw environmentError(`the module ${module.name} is loaded already`, `rmmod ${module.name}`);
  const stop = () => {
    try {
      writeFileSync(join(files, 'control'), 'stop\n');
    } catch (error) {
      say(`tapc: cannot stop ${module.name}: ${errorCode(error) || String(error)}`);
    }
  };
  // A terminal that is closed ends the script, too, or the module would stay with nobody to unload it.
  for (const signal of ENDINGS) process.on(signal, stop);
  let status = '';
  let shared: Promise<string[]> | undefined;
  let keys: Keys | undefined;
  try {
    const loading = load(module, run.parameters);
    const { command } = run;
    void loading.then(
      () => command?.release(),
      () => undefined,
    );
    void command?.ended.then(() => existsSync(files) && stop());
    // Its begin probes may print more than the module keeps: somebody has to read while insmod waits for them.
    await Promise.race([loading, appearance(join(files, 'trace'), loading)]);
    shared = sharedNames(readFileSync(join(files, 'status'), 'utf8'));
    const input = join(files, 'input');
    // A command has the terminal for itself.
    if (command === undefined && existsSync(input)) keys = forwardKeys(input, stop);
    await Promise.all([loading, stream(join(files, 'trace'), run.output, stop)]);
    status = readFileSync(join(files, 'status'), 'utf8');
  } finally {
    for (const signal of ENDINGS) process.off(signal, stop);
    await keys?.close();
    if (existsSync(files)) unload(module);
  }
  for (const line of [...((await shared) ?? []), ...lossesOf(status), ...costsOf(status)])
    say(`tapc: ${line}`);
}

/** Most megabytes that a module takes for one processor's output. */
const MOST_MEGABYTES = 256;

function parseMegabytes(text: string): number {
  const megabytes = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (megabytes >= 1 && megabytes <= MOST_MEGABYTES) return megabytes;
  throw usageError(`-s ${text}: expected megabytes, 1 to ${MOST_MEGABYTES}`);
}

/** Settles when insmod has ended; rejects with what it said when it failed. */
function load(module: BuiltModule, parameters: readonly string[]): Promise<void> {
  return new Promise((settle, fail) => {
    // Out of the terminal's process group: a Ctrl-C is for the script, not for insmod.
    const insmod = spawn('insmod', [module.file, ...parameters], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let said = '';
    insmod.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    insmod.on('error', () => fail(environmentError('the command insmod is not there', 'install kmod')));
    insmod.on('close', (code) => {
      if (code === 0) settle();
      else fail(environmentError(`cannot load ${module.name}: ${said.trim()}`, 'dmesg says more'));
    });
  });
}

/** Settles when the file is there, or `otherwise` has settled. */
async function appearance(file: string, otherwise: Promise<void>): Promise<void> {
  let over = false;
  const end = () => {
    over = true;
  };
  otherwise.then(end, end);
  while (!over && !existsSync(file)) await setTimeout(POLL_MS);
}

/** How often to look whether a module that is being loaded has made its files. */
const POLL_MS = 5;

/**
 * Copies what the script prints, until the module says that it is complete. When nobody reads it any more, `stop` is called and the
 * rest thrown away.
 */
async function stream(trace: string, output: string | undefined, stop: () => void): Promise<void> {
  const from = createReadStream(trace);
  if (output !== undefined) return pipeline(from, createWriteStream(output));
  const unread = (): void => {
    from.unpipe(stdout());
    from.resume();
    stop();
  };
  stdout().once('error', unread);
  from.pipe(stdout(), { end: false });
  await finished(from);
  stdout().off('error', unread);
}

function unload(module: BuiltModule): void {
  const rmmod = spawnSync('rmmod', [module.name], { encoding: 'utf8' });
  if (rmmod.status !== 0) say(`tapc: cannot unload ${module.name}: ${rmmod.stderr.trim()}`);
}
