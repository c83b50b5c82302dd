import { existsSync } from 'node:fs';
import { release as hostRelease } from 'node:os';
import { type Architecture, architectures, findArchitecture, hostArchitecture } from './architectures.ts';
import {
  bundledNames,
  bundledOf,
  compareReleases,
  openBundled,
  openProfileFile,
  profileSuffix,
} from './bundled.ts';
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
 * Chooses the target kernel. `wanted` is a line ("6.1", "6.1-arm64"), a release, the name of an imported profile, or
 * the path of a profile, headers folder, kernel image or BTF file (imported, and kept). Without it: the running
 * kernel if its BTF can be read, else the newest bundled one. `arch` says of which architecture it is: without it a
 * line alone means the machine's own, or the first there is. Throws a ProfileError where there is no such.
 */
export function selectProfile(wanted?: string, arch?: string): SelectedProfile {
  const architecture = arch === undefined ? undefined : findArchitecture(arch);
  if (arch !== undefined && architecture === undefined) {
    throw new ProfileError(
      'kernel-arch-unsupported',
      `no kernels of the architecture ${arch}`,
      `Known are ${architectures.map((one) => one.name).join(', ')}.`,
    );
  }
  if (wanted === undefined) return defaultProfile(architecture);
  const selected = selectNamed(wanted, architecture);
  if (architecture !== undefined && selected.profile.arch !== architecture.name) {
    throw new ProfileError(
      'kernel-not-found',
      `${wanted} is a kernel of ${selected.profile.arch}, not of ${architecture.name}`,
      'Leave out -a, or name another kernel with -r.',
    );
  }
  return selected;
}

function selectNamed(wanted: string, architecture: Architecture | undefined): SelectedProfile {
  if (wanted.includes('/') || (wanted.endsWith(profileSuffix) && existsSync(wanted))) return fromPath(wanted);
  if (importedNames().includes(wanted)) {
    return { profile: openProfileFile(profileFile(wanted)), reason: 'imported' };
  }
  const bundled = bundledNames();
  const line = lineOf(wanted);
  const preferred = architecture ?? hostArchitecture();
  if (wanted === line && bundled.includes(line + preferred.suffix)) {
    return { profile: openBundled(line + preferred.suffix), reason: 'bundled with tapc' };
  }
  if (bundled.includes(wanted)) return { profile: openBundled(wanted), reason: 'bundled with tapc' };
  if (wanted === hostRelease()) {
    const profile = openRunning();
    if (profile !== undefined) return { profile, reason: 'the running kernel' };
  }
  const build = `/lib/modules/${wanted}/build`;
  if (wanted !== line) {
    if (existsSync(build)) return fromHeaders(wanted, build);
    const exact = bundled
      .filter((name) => lineOf(name) === line)
      .map((name) => openBundled(name))
      .find(({ release }) => release === wanted);
    if (exact !== undefined) return { profile: exact, reason: 'bundled with tapc' };
  } else {
    const newest = newestImported(line, preferred, architecture === undefined);
    if (newest !== undefined) return { profile: newest, reason: 'imported' };
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

/** The newest import of a line, of the architecture, or else of any where that will do. */
function newestImported(line: string, of: Architecture, orAny: boolean): KernelProfile | undefined {
  const profiles = importedNames()
    .filter((name) => lineOf(name) === line)
    .map((name) => openProfileFile(profileFile(name)));
  return profiles.findLast(({ arch }) => arch === of.name) ?? (orAny ? profiles.at(-1) : undefined);
}

function defaultProfile(architecture: Architecture | undefined): SelectedProfile {
  const own = architecture === undefined || architecture === hostArchitecture();
  const running = own ? openRunning() : undefined;
  if (running !== undefined) return { profile: running, reason: 'the running kernel' };
  const newest = bundledOf(architecture ?? hostArchitecture()).at(-1);
  if (newest === undefined) {
    throw new ProfileError('kernel-not-found', 'tapc has no kernel profile', 'Install tapc again.');
  }
  return {
    profile: openBundled(newest),
    reason: own
      ? 'the newest bundled with tapc, for the BTF of the running kernel cannot be read'
      : 'the newest bundled with tapc',
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
