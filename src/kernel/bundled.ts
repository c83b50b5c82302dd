import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../assets.ts';
import type { Architecture } from './architectures.ts';
import { cacheFolder } from './cache.ts';
import { bytesOf, type Container, readContainer } from './container.ts';
import { openContainer, writeOnce } from './file.ts';
import { unpackedCopy } from './make.ts';
import { lineOf, openProfile } from './open.ts';
import type { KernelProfile } from './profile.ts';

export const profileSuffix = '.profile';

/** The folder of the profiles that ship with tapc. */
export function bundledFolder(): string {
  return path.join(packageRoot(), 'runtime', 'kernels');
}

/** The names of the profiles that ship with tapc, oldest first: "6.1", "6.1-arm64", "6.12". */
export function bundledNames(folder = bundledFolder()): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(profileSuffix))
    .map((file) => file.slice(0, -profileSuffix.length))
    .sort(compareReleases);
}

/** Those of one architecture. */
export function bundledOf(architecture: Architecture, folder?: string): readonly string[] {
  const { suffix } = architecture;
  return bundledNames(folder).filter((name) => name === `${lineOf(name)}${suffix}`);
}

export function openBundled(name: string, folder = bundledFolder()): KernelProfile {
  return openProfileFile(path.join(folder, `${name}${profileSuffix}`));
}

/**
 * Opens a profile file. A packed one is unpacked into the cache when its types are first asked for, and from
 * then on opened there; a cache that cannot be written is no reason to fail. Throws a ProfileError where the
 * file is no profile, damaged, or cannot be read.
 */
export function openProfileFile(file: string): KernelProfile {
  const container = openContainer(file);
  if (!container.packed) return openProfile(container);
  const copy = path.join(cacheFolder(), 'unpacked', `${container.digest}${profileSuffix}`);
  const kept = openCopy(copy, container);
  if (kept !== undefined) return openProfile(kept);
  const unpack = (): Container => {
    const bytes = unpackedCopy(container);
    try {
      writeOnce(copy, bytes);
    } catch {
      // Another run was first, or the cache cannot be written: then it is unpacked again next time.
    }
    return readContainer(bytesOf(bytes));
  };
  return openProfile(container, { unpack });
}

function openCopy(file: string, of: Container): Container | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const copy = openContainer(file);
    return copy.digest === of.digest && copy.identity.release === of.identity.release ? copy : undefined;
  } catch {
    // A damaged copy makes room for a good one.
    rmSync(file, { force: true });
    return undefined;
  }
}

/** Orders releases and lines by their numbers: 6.9 before 6.12. */
export function compareReleases(a: string, b: string): number {
  // Not localeCompare: the tables it reads at its first call take longer than all else that a small script needs.
  const [left, right] = [releaseParts(a), releaseParts(b)];
  const at = left.findIndex((part, i) => part !== right[i]);
  const [x, y] = [left[at], right[at]];
  if (x === undefined || y === undefined) return left.length - right.length;
  return typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1;
}

/** Numbers and what stands between them. */
function releaseParts(release: string): (number | string)[] {
  return (release.match(/\d+|\D+/g) ?? []).map((part) => (/\d/.test(part) ? Number(part) : part));
}
