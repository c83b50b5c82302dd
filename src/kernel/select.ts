import { existsSync } from 'node:fs';
import { release as hostRelease } from 'node:os';
import { bundledNames, compareReleases, openBundled, openProfileFile, profileSuffix } from './bundled.ts';
import { ProfileError } from './error.ts';
import { importedNames, importForNow, openRunning, profileFile } from './import.ts';
import { lineOf } from './open.ts';
import type { KernelProfile } from './profile.ts';

/** A target kernel, and why it is this one: for the first line of output. */
export interface SelectedProfile {
  readonly profile: KernelProfile;
  /** "the running kernel", "bundled with tapc". */
  readonly reason: string;
}

/**
 * Chooses the target kernel. `wanted` is a line ("6.1"), a release, the name of an imported profile, or the
 * path of a profile, headers folder, kernel image or BTF file (imported, and kept). Without it: the running
 * kernel if its BTF can be read, else the newest bundled one. Throws a ProfileError where there is no such.
 */
export function selectProfile(wanted?: string): SelectedProfile {
  if (wanted === undefined) return defaultProfile();
  if (wanted.includes('/') || (wanted.endsWith(profileSuffix) && existsSync(wanted))) return fromPath(wanted);
  if (importedNames().includes(wanted)) {
    return { profile: openProfileFile(profileFile(wanted)), reason: 'imported' };
  }
  const bundled = bundledNames();
  if (bundled.includes(wanted)) return { profile: openBundled(wanted), reason: 'bundled with tapc' };
  if (wanted === hostRelease()) {
    const profile = openRunning();
    if (profile !== undefined) return { profile, reason: 'the running kernel' };
  }
  const line = lineOf(wanted);
  const sameLine = importedNames().filter((name) => lineOf(name) === line);
  const build = `/lib/modules/${wanted}/build`;
  if (wanted !== line) {
    if (existsSync(build)) return fromHeaders(wanted, build);
    const exact = bundled.includes(line) ? openBundled(line) : undefined;
    if (exact?.release === wanted) return { profile: exact, reason: 'bundled with tapc' };
  } else {
    const newest = sameLine.at(-1);
    if (newest !== undefined) return { profile: openProfileFile(profileFile(newest)), reason: 'imported' };
  }
  const known = [...bundled, ...importedNames()];
  throw new ProfileError(
    'kernel-not-found',
    `no profile of a kernel ${wanted}; the known ones are ${known.sort(compareReleases).join(', ')}`,
    bundled.includes(line)
      ? `Import it (tapc kernels import), or take -r ${line}, which is close to it.`
      : 'Import it from its headers, image or BTF file: tapc kernels import PATH...',
  );
}

function defaultProfile(): SelectedProfile {
  const running = openRunning();
  if (running !== undefined) return { profile: running, reason: 'the running kernel' };
  const newest = bundledNames().at(-1);
  if (newest === undefined) {
    throw new ProfileError('kernel-not-found', 'tapc has no kernel profile', 'Install tapc again.');
  }
  return {
    profile: openBundled(newest),
    reason: 'the newest bundled with tapc, for the BTF of the running kernel cannot be read',
  };
}

function fromPath(file: string): SelectedProfile {
  if (file.endsWith(profileSuffix)) return { profile: openProfileFile(file), reason: `from ${file}` };
  return { profile: importForNow([file]), reason: `imported from ${file}` };
}

/** Headers before 6.12 have no BTF; the image in /boot has it then. */
function fromHeaders(release: string, build: string): SelectedProfile {
  const image = `/boot/vmlinuz-${release}`;
  const files = existsSync(`${build}/vmlinux`) || !existsSync(image) ? [build] : [build, image];
  return { profile: importForNow(files), reason: `imported from ${files.join(' and ')}` };
}
