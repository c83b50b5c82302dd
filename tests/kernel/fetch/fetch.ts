import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../src/kernel/cache.ts';
import { type Machine, machines } from '../machines.ts';
import { archiveUrl, openSuite, type Suite } from './apt.ts';
import { addBusybox, busyboxIn } from './busybox.ts';
import { addHostLibraries } from './host-libraries.ts';
import { type KernelLine, kernelLines } from './lines.ts';

const run = promisify(execFile);

/** One real kernel, unpacked on this machine. All paths are absolute. */
export interface FetchedKernel {
  readonly line: string;
  readonly machine: Machine;
  /** As `uname -r` says it there. */
  readonly release: string;
  /** The bootable image. */
  readonly vmlinuz: string;
  /** The build folder: `make -C <headers> M=<folder> modules`, with `makeArguments`. */
  readonly headers: string;
  /** The folder with the kernel's own modules, `lib/modules/<release>`. */
  readonly modulesDir: string;
  /** The kernel's `.config`. */
  readonly config: string;
  /** Only where the package carries a real one: Debian's is mostly a stub. */
  readonly systemMap?: string;
  readonly cc: string;
  /** The static busybox that runs there. */
  readonly busybox: string;
  /** Everything to give `make`, `CC=` included. */
  readonly makeArguments: readonly string[];
}

export interface FetchOptions {
  /** Look for a newer point version even if the line is in the cache. */
  readonly refresh?: boolean;
  /** Told each step in a line of plain text; nothing by default. */
  readonly report?: (message: string) => void;
}

/**
 * Debian's newest kernel of a line, with its headers, from the cache or else from the archive (45 MB or so).
 * Needs apt and dpkg, not root. Any number of processes may ask for the same line at once; one that is
 * stopped half-way leaves nothing that the next would mistake for a kernel.
 */
export async function fetchKernel(line: string, options: FetchOptions = {}): Promise<FetchedKernel> {
  const row = kernelLines.find((candidate) => candidate.line === line);
  if (row === undefined) {
    const known = kernelLines.map((candidate) => candidate.line).join(', ');
    throw new Error(`no kernel line ${line}: the known ones are ${known}`);
  }
  const report = options.report ?? (() => {});
  const folder = path.join(cacheFolder(), 'kernels', line);
  const cached = await readKernel(folder, row);
  if (cached !== undefined && options.refresh !== true) return cached;

  await run('apt-get', ['--version']).catch(() => {
    throw new Error("fetching Debian's kernels needs apt-get and dpkg, which this machine does not have");
  });
  const work = `${folder}.${process.pid}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const archive = await archiveUrl(row.archive);
    const suite = await openSuite(path.join(work, 'apt'), archive, row.suite, architecturesOf(row));
    const release = await newestRelease(suite, row);
    if (cached?.release === release) return cached;
    report(`${line}: fetching ${release}`);
    await unpack(suite, await packagesOf(suite, row, release), work);
    report(`${line}: unpacked`);
    if (row.hostLibraries !== undefined) {
      await addHostLibraries(work, await archiveUrl('main'), row.hostLibraries, folder);
    }
    if (row.machine.busybox !== undefined) {
      await addBusybox(work, await archiveUrl('main'), row.machine.busybox, row.machine);
    }
    await relocateHeaders(work, folder, release);
    await rm(path.join(work, 'apt'), { recursive: true });
    await writeFile(path.join(work, 'kernel.json'), `${JSON.stringify({ line, release })}\n`);
    await install(work, folder, row, options.refresh === true);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const fetched = await readKernel(folder, row);
  if (fetched === undefined) throw new Error(`${folder}: not whole after fetching; remove it and try again`);
  return fetched;
}

async function newestRelease(suite: Suite, row: KernelLine): Promise<string> {
  const stem = row.series.replace('.', '\\.');
  const releasesOf = async (prefix: string): Promise<Set<string>> => {
    const names = await suite.search(`^${prefix}-${stem}\\..*-${row.machine.debian}$`);
    return new Set(
      names.map((name) => name.slice(prefix.length + 1)).filter((name) => row.release.test(name)),
    );
  };
  // The image is published some days before the headers at times: only what has both is of use.
  const images = await releasesOf('linux-image');
  const releases = [...(await releasesOf('linux-headers'))].filter((name) => images.has(name));
  const newest = releases.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest === undefined) throw new Error(`${row.suite} serves no kernel ${row.line} with headers`);
  return newest;
}

async function packagesOf(suite: Suite, row: KernelLine, release: string): Promise<string[]> {
  const of = `:${row.machine.debian}`;
  const tops = [`linux-image-${release}${of}`, `linux-headers-${release}${of}`];
  const needed = (await Promise.all(tops.map((name) => suite.dependencies(name)))).flat();
  // From 6.19 on the image's package holds nothing itself: its parts are what it depends on.
  const parts = needed.filter((name) => /^linux-(base|binary|headers|kbuild|modules)-\d/.test(name));
  // The programs of kbuild run on this machine, the common headers are the same for all.
  const here = /^linux-kbuild-|-common$/;
  return [...new Set([...tops, ...parts.map((name) => (here.test(name) ? name : `${name}${of}`))])];
}

/** This machine's comes first: it is what apt takes a name without an architecture for. */
function architecturesOf(row: KernelLine): readonly string[] {
  return [...new Set([machines.amd64.debian, row.machine.debian])];
}

async function unpack(suite: Suite, packages: readonly string[], work: string): Promise<void> {
  const archives = path.join(work, 'apt', 'downloaded');
  await suite.download(packages, archives);
  for (const name of await readdir(archives)) await run('dpkg', ['-x', path.join(archives, name), work]);
}

/** The build folder's Makefile names the folder of the common headers absolutely: the only path to rewrite. */
async function relocateHeaders(work: string, folder: string, release: string): Promise<void> {
  const headers = path.join(work, 'usr/src', `linux-headers-${release}`);
  const makefile = path.join(headers, 'Makefile');
  const text = await readFile(makefile, 'utf8');
  await writeFile(makefile, text.replaceAll('/usr/src/linux-headers-', `${folder}/usr/src/linux-headers-`));
}

/**
 * Puts the finished folder in its place in one step. Another process may have been first: its kernel stays, for
 * it may be in use, unless a newer one was asked for.
 */
async function install(work: string, folder: string, row: KernelLine, refresh: boolean): Promise<void> {
  if (!refresh && (await readKernel(folder, row)) !== undefined) return;
  const old = `${work}.old`;
  try {
    if (existsSync(folder)) await rename(folder, old);
    await rename(work, folder);
  } catch (error) {
    if ((await readKernel(folder, row)) === undefined) throw error;
  } finally {
    await rm(old, { recursive: true, force: true });
  }
}

async function readKernel(folder: string, row: KernelLine): Promise<FetchedKernel | undefined> {
  let release: unknown;
  try {
    const stored: unknown = JSON.parse(await readFile(path.join(folder, 'kernel.json'), 'utf8'));
    release = typeof stored === 'object' && stored !== null && 'release' in stored && stored.release;
  } catch {
    return undefined;
  }
  if (typeof release !== 'string') return undefined;
  const headers = path.join(folder, 'usr/src', `linux-headers-${release}`);
  const config = path.join(headers, '.config');
  // A merged /usr holds the modules from trixie on, and the image beside them from 6.19 on.
  const underUsr = path.join(folder, 'usr/lib/modules', release);
  const modulesDir = existsSync(underUsr) ? underUsr : path.join(folder, 'lib/modules', release);
  const inBoot = path.join(folder, 'boot', `vmlinuz-${release}`);
  const vmlinuz = existsSync(inBoot) ? inBoot : path.join(modulesDir, 'vmlinuz');
  const busybox = row.machine.busybox === undefined ? '/bin/busybox' : busyboxIn(folder);
  const parts = [
    vmlinuz,
    config,
    ...(row.machine.busybox === undefined ? [] : [busybox]),
    path.join(headers, 'Module.symvers'),
    path.join(modulesDir, 'kernel'),
  ];
  if (!parts.every((part) => existsSync(part))) return undefined;
  const map = path.join(folder, 'boot', `System.map-${release}`);
  const real = existsSync(map) && (await stat(map)).size > 100_000;
  return {
    line: row.line,
    machine: row.machine,
    release,
    vmlinuz,
    headers,
    modulesDir,
    config,
    ...(real ? { systemMap: map } : {}),
    cc: row.cc,
    busybox,
    makeArguments: [`CC=${row.cc}`, ...row.machine.makeArguments, ...row.makeArguments],
  };
}
