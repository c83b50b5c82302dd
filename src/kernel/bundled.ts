import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContainer } from './container.ts';
import { ProfileError } from './error.ts';
import { openProfile } from './open.ts';
import type { KernelProfile } from './profile.ts';

export const profileSuffix = '.profile';

/** The folder of the profiles that ship with tapc: the same from the sources and from the bundle. */
export function bundledFolder(): string {
  const start = path.dirname(fileURLToPath(import.meta.url));
  for (let folder = start; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'runtime', 'kernels');
    if (existsSync(candidate)) return candidate;
  }
  throw new ProfileError(
    'kernel-not-found',
    'the kernel profiles of tapc are missing (runtime/kernels)',
    'Install tapc again.',
  );
}

/** The lines of the profiles that ship with tapc, oldest first: "6.1", "6.12". */
export function bundledNames(folder = bundledFolder()): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(profileSuffix))
    .map((file) => file.slice(0, -profileSuffix.length))
    .sort(compareReleases);
}

export function openBundled(name: string, folder = bundledFolder()): KernelProfile {
  return readProfileFile(path.join(folder, `${name}${profileSuffix}`));
}

/** Opens a profile file. Throws a ProfileError where it is none, damaged, or cannot be read. */
export function readProfileFile(file: string): KernelProfile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/,.*/, '') : String(error);
    throw new ProfileError('kernel-file-unreadable', `${file}: cannot be read: ${reason}`, 'Check the path.');
  }
  try {
    return openProfile(readContainer(bytes));
  } catch (error) {
    if (error instanceof ProfileError)
      throw new ProfileError(error.code, `${file}: ${error.message}`, error.hint);
    throw error;
  }
}

/** Orders releases and lines by their numbers: 6.9 before 6.12. */
export function compareReleases(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
