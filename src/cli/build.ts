/** `tapc build`: a script in, a folder with the module's source and the built module out. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { emit } from '../5-emit/index.ts';
import { planOrThrow } from './compile.ts';
import { environmentError } from './exit.ts';
import { writeWhole } from './files.ts';
import { addScriptOptions, type ScriptOptions } from './options.ts';
import { stdout } from './output.ts';
import { say } from './report.ts';
import { type LanguageOptions, prepareRequest } from './request.ts';
import { findBuildTree, makeModule } from './toolchain.ts';

export interface BuildOptions extends ScriptOptions {
  readonly o?: string;
  readonly headers?: string;
  readonly cc?: string;
  /** More for the kernel's make: `NAME=VALUE`. */
  readonly makeArguments?: readonly string[];
}

export function addBuildOptions(command: Command): Command {
  return addScriptOptions(command)
    .option('--headers <folder>', 'build tree of the target kernel')
    .option('--cc <command>', "compiler; without it the kernel's own where it is installed, else gcc");
}

export function addBuild(program: Command): void {
  addBuildOptions(program.command('build'))
    .description('build the module of a script: a folder with its C, a Kbuild and the .ko')
    .option('-o <folder>', "the module's folder; without it one named like the module")
    .action(async (script: string | undefined, args: string[], options: BuildOptions) => {
      const built = await buildModule(script, args, options, options.o);
      stdout().write(`${built.file}\n`);
    });
}

export interface BuiltModule {
  readonly name: string;
  /** Path of the `.ko`. */
  readonly file: string;
}

/** Compiles and builds; everything worth saying goes to standard error. */
export async function buildModule(
  script: string | undefined,
  args: readonly string[],
  options: BuildOptions & LanguageOptions,
  into: string | undefined,
): Promise<BuiltModule> {
  const prepared = prepareRequest(script, args, options);
  say(prepared.announcement);
  const plan = planOrThrow(prepared);
  const folder = resolve(into ?? plan.module);
  const tree = findBuildTree(
    prepared.request.profile,
    { headers: options.headers, kernel: options.r ?? options.kernel },
    options.cc,
  );
  const files = emit(plan, {});
  for (const file of files) writeIfChanged(join(folder, file.path), file.text);
  const name = `${plan.module}.ko`;
  const make = async (place: string): Promise<void> => {
    const { ok, output } = await makeModule(tree, place, options.v === true, options.makeArguments);
    if (ok && existsSync(join(place, name))) return;
    if (options.v !== true) process.stderr.write(output);
    throw environmentError(
      `the module ${plan.module} could not be built against ${tree.folder}`,
      'the output of make stands above; if the C is at fault, it is a fault in tapc, or in C of the script',
    );
  };
  if (takesMake(folder)) await make(folder);
  else {
    await elsewhere(async (place) => {
      for (const file of files) writeWhole(join(place, file.path), file.text);
      await make(place);
      copyFileSync(join(place, name), join(folder, name));
    });
  }
  return { name: plan.module, file: join(folder, name) };
}

/** Whether Kbuild can work in a folder: blanks, and what make and the shell read in ways of their own, it cannot have in a path. */
function takesMake(folder: string): boolean {
  return /^[\w@+,./=~-]+$/.test(folder);
}

async function elsewhere(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tapc-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Keeps the time stamp of what is the same, so that make has nothing to do. */
function writeIfChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeWhole(file, text);
}
