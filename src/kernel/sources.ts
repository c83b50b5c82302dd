import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Arch, architectures } from './architectures.ts';
import { isConfig, readConfig } from './config.ts';
import { ProfileError } from './error.ts';
import { type EventMention, readEventHeader } from './events.ts';
import { inFile } from './file.ts';
import { readKernelImage } from './image/image.ts';
import type { ModuleSource } from './open.ts';
import { isSymvers, readSymvers } from './symvers.ts';

/** What one or more files tell about a kernel. Later files fill in what earlier ones left open. */
export interface KernelSources {
  readonly release?: string;
  readonly version?: string;
  readonly arch?: Arch;
  readonly btf?: Buffer;
  /** BTF of modules, by name. */
  readonly modules?: ReadonlyMap<string, Buffer>;
  readonly config?: ReadonlyMap<string, string>;
  readonly exports?: readonly { readonly name: string; readonly gpl: boolean; readonly namespace?: string }[];
  readonly events?: readonly EventMention[];
}

/** Reads a folder of kernel headers, a kernel image, a BTF file, a module, a Module.symvers or a .config. */
export function readSource(file: string): KernelSources {
  return inFile(file, () => {
    const stat = statSync(file);
    if (stat.isDirectory()) return readHeaders(file);
    // Some have no end, as /dev/zero.
    if (stat.isCharacterDevice() || stat.isBlockDevice()) {
      throw new ProfileError(
        'kernel-file-unknown',
        'a device is no file of a kernel',
        'Give a file or a folder.',
      );
    }
    const bytes = readFileSync(file);
    const start = bytes.toString('latin1', 0, 4096);
    if (isSymvers(start)) return { exports: readSymvers(bytes.toString('latin1')) };
    if (isConfig(start)) return { config: readConfig(bytes.toString('utf8')) };
    return readKernelImage(bytes);
  });
}

/** Takes together what several files tell. Throws where they are of different kernels. */
export function mergeSources(all: readonly KernelSources[]): KernelSources {
  let merged: KernelSources = {};
  for (const next of all) {
    for (const field of ['release', 'arch'] as const) {
      if (merged[field] !== undefined && next[field] !== undefined && merged[field] !== next[field]) {
        throw new ProfileError(
          'kernel-file-unknown',
          `the files are of different kernels: ${merged[field]} and ${next[field]}`,
          'Give files of one kernel at a time.',
        );
      }
    }
    const modules = new Map([...(merged.modules ?? []), ...(next.modules ?? [])]);
    merged = { ...next, ...merged, ...(modules.size === 0 ? {} : { modules }) };
  }
  return merged;
}

/** A kernel's build folder, as `/lib/modules/<release>/build` is one. */
function readHeaders(folder: string): KernelSources {
  const read = (name: string): string | undefined => {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  // Some distributions give modules a release of their own, in this header alone.
  const release = /UTS_RELEASE "(.*)"/.exec(read('include/generated/utsrelease.h') ?? '')?.[1];
  const symvers = read('Module.symvers');
  const config = read('.config') ?? read('include/config/auto.conf');
  if (release === undefined) {
    throw new ProfileError(
      'kernel-file-unknown',
      'the folder is no build folder of a kernel (it has no include/generated/utsrelease.h)',
      'Give the folder that modules are built against: /lib/modules/<release>/build.',
    );
  }
  const vmlinux = path.join(folder, 'vmlinux');
  const image = existsSync(vmlinux) ? readKernelImage(readFileSync(vmlinux)) : undefined;
  const version = /"(.*)"/.exec(read('include/generated/utsversion.h') ?? '')?.[1];
  const events = [folder, ...commonFolders(folder)].flatMap(readEvents);
  return {
    ...image,
    release,
    ...(version === undefined ? {} : { version }),
    ...(config === undefined ? {} : { config: readConfig(config) }),
    ...(symvers === undefined ? {} : { exports: readSymvers(symvers) }),
    ...(events.length === 0 ? {} : { events }),
  };
}

/** Where the sources are, for a build folder that only points to them. */
function commonFolders(folder: string): string[] {
  const makefile = path.join(folder, 'Makefile');
  if (!existsSync(makefile)) return [];
  const included = /^include\s+(\/.*)\/Makefile$/m.exec(readFileSync(makefile, 'utf8'))?.[1];
  const source = path.join(folder, 'source');
  return [included, source].flatMap((candidate) =>
    candidate !== undefined && existsSync(candidate) ? [candidate] : [],
  );
}

function readEvents(folder: string): EventMention[] {
  const headers = ['include/trace/events', 'arch/x86/include/asm/trace', 'arch/arm64/include/asm'];
  return headers.flatMap((name) => {
    const place = path.join(folder, name);
    if (!existsSync(place)) return [];
    const files = readdirSync(place).filter((file) => file.endsWith('.h'));
    return files.sort().flatMap((file) => [...readEventHeader(readFileSync(path.join(place, file), 'utf8'))]);
  });
}

/** What the running kernel tells about itself; undefined where its BTF cannot be read. */
export function readRunning(release: string, version: string, arch: string): KernelSources | undefined {
  const btfFile = '/sys/kernel/btf/vmlinux';
  const own = architectures.find((one) => one.node === arch);
  if (own === undefined) return undefined;
  let btf: Buffer;
  try {
    btf = readFileSync(btfFile);
  } catch {
    return undefined;
  }
  const build = `/lib/modules/${release}/build`;
  const headers = existsSync(path.join(build, 'include/generated/utsrelease.h')) ? readSource(build) : {};
  const config = readRunningConfig(release);
  return {
    ...headers,
    release,
    version,
    arch: own.name,
    btf,
    ...(config === undefined ? {} : { config }),
  };
}

/** The BTF of the modules that are loaded now, one file each. */
export const runningModules: ModuleSource = {
  names() {
    try {
      return readdirSync('/sys/kernel/btf').filter((name) => name !== 'vmlinux');
    } catch {
      return [];
    }
  },
  btf(name) {
    return inFile(`/sys/kernel/btf/${name}`, () => readFileSync(`/sys/kernel/btf/${name}`));
  },
};

function readRunningConfig(release: string): ReadonlyMap<string, string> | undefined {
  for (const file of ['/proc/config.gz', `/boot/config-${release}`, `/lib/modules/${release}/config`]) {
    try {
      const bytes = readFileSync(file);
      return readConfig((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
    } catch {
      // The next place may have it.
    }
  }
  return undefined;
}
