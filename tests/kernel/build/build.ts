/** Builds generated modules against a fetched kernel's headers, many in one make, each once. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../src/kernel/cache.ts';
import type { Machine } from '../machines.ts';
import { sortMessages } from './messages.ts';

const run = promisify(execFile);
const JOBS = 2;
/** Counts in the key of the cache: raise it where what is built from the same source changes. */
const CACHE_VERSION = 1;
const OWN_OBJECT = /^obj-m\s*[:+]?=\s*\S+\.o\s*$/;

/** What building needs of a kernel; `FetchedKernel` of `../fetch` is one. */
export interface BuildKernel {
  readonly release: string;
  readonly machine: Machine;
  readonly headers: string;
  readonly makeArguments: readonly string[];
}

/** A module of one C file, `<name>.c`. */
export interface ModuleSource {
  readonly name: string;
  readonly c: string;
  /** Its Kbuild file, where it says more than `obj-m`. */
  readonly kbuild?: string;
}

export interface BuiltModule {
  readonly name: string;
  /** Path of the `.ko`, without debugging information; undefined where it did not build. */
  readonly ko: string | undefined;
  /** Every warning (W=1) and error about it. */
  readonly messages: readonly string[];
}

/**
 * Builds each of `sources` (names differ) and returns the results in their order. Those built before from the
 * same text for the same kernel come from the cache. Throws where make fails for a reason that is no module's.
 */
export async function buildModules(
  kernel: BuildKernel,
  sources: readonly ModuleSource[],
): Promise<BuiltModule[]> {
  const folders = new Map(sources.map((source) => [source.name, cacheEntry(kernel, source)]));
  if (folders.size !== sources.length) throw new Error('two modules of one build have the same name');
  const missing = sources.filter(
    (source) => !existsSync(path.join(folders.get(source.name) ?? '', 'messages.json')),
  );
  for (const group of groupByKbuild(missing)) {
    await buildGroup(kernel, group, (name) => folders.get(name) ?? '');
  }
  return Promise.all(sources.map((source) => readEntry(folders.get(source.name) ?? '', source.name)));
}

/** Those that share a make: what a Kbuild file says besides `obj-m` holds for every object of its folder. */
function groupByKbuild(sources: readonly ModuleSource[]): Iterable<readonly ModuleSource[]> {
  const groups = new Map<string, ModuleSource[]>();
  for (const source of sources) {
    const key = extraKbuild(source);
    groups.set(key, [...(groups.get(key) ?? []), source]);
  }
  return groups.values();
}

function cacheEntry(kernel: BuildKernel, source: ModuleSource): string {
  const parts = [
    CACHE_VERSION,
    kernel.release,
    kernel.makeArguments,
    source.name,
    source.c,
    extraKbuild(source),
  ];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return path.join(cacheFolder(), 'modules', kernel.release, `${source.name}-${hash.slice(0, 16)}`);
}

function extraKbuild(source: ModuleSource): string {
  return (source.kbuild ?? '')
    .split('\n')
    .filter((line) => !OWN_OBJECT.test(line) && !line.startsWith('#') && line.trim() !== '')
    .join('\n');
}

async function readEntry(folder: string, name: string): Promise<BuiltModule> {
  const messages: unknown = JSON.parse(await readFile(path.join(folder, 'messages.json'), 'utf8'));
  if (!Array.isArray(messages)) throw new Error(`${folder}: damaged; remove it`);
  const ko = path.join(folder, `${name}.ko`);
  return { name, ko: existsSync(ko) ? ko : undefined, messages: messages.map(String) };
}

/** One make; where a source does not compile, another without it, since a failure stops all before the linking. */
async function buildGroup(
  kernel: BuildKernel,
  sources: readonly ModuleSource[],
  folderOf: (name: string) => string,
): Promise<void> {
  let left = sources;
  while (left.length > 0) {
    const folder = await mkdtemp(path.join(tmpdir(), 'tapc-build-'));
    try {
      const output = await make(kernel, folder, left);
      const byModule = sortMessages(
        output,
        left.map((source) => source.name),
      );
      const broken = left.filter((source) => byModule.get(source.name)?.failed === true);
      const linked = left.filter((source) => existsSync(path.join(folder, `${source.name}.ko`)));
      const sound = linked.filter((source) => !broken.includes(source));
      if (broken.length === 0 && linked.length < left.length) {
        throw new Error(`make failed for ${kernel.release}, about no module:\n${output.slice(-4000)}`);
      }
      for (const source of [...broken, ...sound]) {
        const ko = sound.includes(source) ? path.join(folder, `${source.name}.ko`) : undefined;
        const messages = byModule.get(source.name)?.messages ?? [];
        await keep(kernel, folderOf(source.name), source.name, ko, messages);
      }
      left = left.filter((source) => !broken.includes(source) && !sound.includes(source));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function make(kernel: BuildKernel, folder: string, sources: readonly ModuleSource[]): Promise<string> {
  const objects = sources.map((source) => `obj-m += ${source.name}.o`);
  const extra = sources[0] === undefined ? '' : extraKbuild(sources[0]);
  await writeFile(path.join(folder, 'Kbuild'), `${objects.join('\n')}\n${extra}\n`);
  for (const source of sources) await writeFile(path.join(folder, `${source.name}.c`), source.c);
  const args = ['-C', kernel.headers, `M=${folder}`, `-j${JOBS}`, '--keep-going', '--output-sync', 'W=1'];
  return output('make', [...args, 'KBUILD_MODPOST_WARN=1', ...kernel.makeArguments, 'modules']);
}

/** What a command prints, both streams in the order of their writing; the exit status shows in what it made. */
function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const env = { ...process.env, LC_ALL: 'C', MAKEFLAGS: '' };
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    child.stdout.on('data', (bytes: Buffer) => parts.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => parts.push(bytes));
    child.on('error', (error) => reject(new Error(`${command} did not start: ${error.message}`)));
    child.on('close', () => resolve(Buffer.concat(parts).toString('utf8')));
  });
}

async function keep(
  kernel: BuildKernel,
  folder: string,
  name: string,
  ko: string | undefined,
  messages: readonly string[],
): Promise<void> {
  const part = `${folder}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  if (ko !== undefined) {
    const kept = path.join(part, `${name}.ko`);
    await copyFile(ko, kept);
    await run(`${kernel.machine.tools}strip`, ['--strip-debug', kept]);
  }
  await writeFile(path.join(part, 'messages.json'), JSON.stringify(messages));
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
}
