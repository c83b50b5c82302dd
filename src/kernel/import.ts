import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { arch as hostArch, release as hostRelease, version as hostVersion } from 'node:os';
import path from 'node:path';
import { type Arch, architectureOf } from './architectures.ts';
import { bundledOf, compareReleases, openBundled, profileSuffix } from './bundled.ts';
import { cacheFolder } from './cache.ts';
import { bytesOf, type Container, isContainer, readContainer } from './container.ts';
import { ProfileError } from './error.ts';
import { openContainer, writeWhole } from './file.ts';
import { makeProfile, unpackedCopy } from './make.ts';
import { lineOf, openProfile } from './open.ts';
import type { KernelProfile } from './profile.ts';
import { type KernelSources, mergeSources, readRunning, readSource, runningModules } from './sources.ts';

export interface ImportOptions {
  /** What to call it; the release by default. */
  readonly name?: string;
  /** For files that do not tell, such as a bare BTF file. */
  readonly release?: string;
}

/** Where imported profiles are kept. */
export function importedFolder(): string {
  return path.join(cacheFolder(), 'profiles');
}

/** The names of the imported profiles, in the order of their releases. */
export function importedNames(folder = importedFolder()): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(profileSuffix))
    .map((file) => file.slice(0, -profileSuffix.length))
    .sort(compareReleases);
}

/**
 * Makes a profile from files of one kernel (headers folder, image, BTF file, Module.symvers, .config) and
 * keeps it under its name in the cache. Where any file is damaged, nothing is kept.
 */
export function importKernel(files: readonly string[], options: ImportOptions = {}): KernelProfile {
  const bytes = profileOf(files, options);
  const profile = openProfile(readContainer(bytesOf(bytes)));
  try {
    keep(profile.name, bytes);
  } catch (error) {
    throw new ProfileError(
      'profile-unwritable',
      `the profile cannot be kept: ${error instanceof Error ? error.message : String(error)}`,
      'Set TAPC_CACHE to a folder that you may write.',
    );
  }
  return profile;
}

/** The same for one run: a cache that cannot be written is no reason to fail. */
export function importForNow(files: readonly string[]): KernelProfile {
  const bytes = profileOf(files, {});
  const profile = openProfile(readContainer(bytesOf(bytes)));
  quietly(() => keep(profile.name, bytes));
  return profile;
}

function profileOf(files: readonly string[], options: ImportOptions): Buffer {
  const [only] = files;
  if (files.length === 1 && only !== undefined && isProfileFile(only)) {
    return unpackedCopy(openContainer(only));
  }
  const given: KernelSources = options.release === undefined ? {} : { release: options.release };
  const sources = mergeSources([given, ...files.map(readSource)]);
  return makeProfile(sources, {
    ...(options.name === undefined ? {} : { name: options.name }),
    origin: files.map((file) => path.resolve(file)).join(', '),
    packed: false,
    neighbours: neighboursOf(sources.release ?? ''),
  });
}

function isProfileFile(file: string): boolean {
  return file.endsWith(profileSuffix) && existsSync(file) && isContainer(readFileSync(file));
}

/** The bundled profiles next to a release on both sides; one of the very line alone if there is one. */
function neighboursOf(release: string): (arch: Arch) => readonly KernelProfile[] {
  return (arch) => {
    const names = bundledOf(architectureOf(arch));
    const line = lineOf(release);
    const same = names.find((name) => lineOf(name) === line);
    if (same !== undefined) return [openBundled(same)];
    const before = names.filter((name) => compareReleases(lineOf(name), line) < 0).at(-1);
    const after = names.find((name) => compareReleases(lineOf(name), line) > 0);
    return [before, after].flatMap((name) => (name === undefined ? [] : [openBundled(name)]));
  };
}

/**
 * The running kernel, if its BTF can be read: from the cache where this very build of it was met before.
 * A cache that cannot be written is no reason to fail.
 */
export function openRunning(): KernelProfile | undefined {
  if (process.platform !== 'linux') return undefined;
  const release = hostRelease();
  const version = hostVersion();
  const file = path.join(cacheFolder(), 'running', path.basename(profileFile(release)));
  const modules = runningModules;
  const cached = existsSync(file) ? readQuietly(file) : undefined;
  if (cached !== undefined && cached.identity.release === release && cached.identity.version === version) {
    return openProfile(cached, { modules });
  }
  const sources = readRunning(release, version, hostArch());
  if (sources === undefined) return undefined;
  const bytes = makeProfile(sources, {
    name: release,
    origin: 'the running kernel',
    packed: false,
    neighbours: neighboursOf(release),
  });
  quietly(() => writeWhole(file, [bytes]));
  return openProfile(readContainer(bytesOf(bytes)), { modules });
}

function readQuietly(file: string): Container | undefined {
  try {
    return openContainer(file);
  } catch {
    return undefined;
  }
}

export function profileFile(name: string): string {
  return path.join(importedFolder(), `${name.replace(/[^\w.+-]/g, '_')}${profileSuffix}`);
}

function keep(name: string, bytes: Buffer): void {
  writeWhole(profileFile(name), [bytes]);
}

function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // It is made again next time.
  }
}
