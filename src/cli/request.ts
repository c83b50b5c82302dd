/** From the command line to a request of the pipeline. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TapsetFile } from '../2-resolve/library.ts';
import { packageRoot, packageVersion } from '../assets.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { selectProfile } from '../kernel/select.ts';
import type { ModuleRequest } from '../pipeline.ts';
import { usageError } from './exit.ts';
import { moduleName, parseDefines, parseOverrides, readScript, type ScriptOptions } from './options.ts';

/** Everything that a command over a script needs; `announcement` is the line that names the target. */
export interface PreparedRequest {
  readonly request: ModuleRequest;
  readonly announcement: string;
}

export function prepareRequest(
  script: string | undefined,
  words: readonly string[],
  options: ScriptOptions,
): PreparedRequest {
  const { source, args } = readScript(script, words, options);
  const { profile, announcement } = chooseProfile(options);
  const files = options.I.flatMap((folder) => tapsetFiles(folder, folder));
  files.push(...standardTapset());
  const request: ModuleRequest = {
    source,
    args,
    guru: options.g === true,
    profile,
    tapset: files.filter((f) => f.file.endsWith('.stp')),
    macroFiles: files.filter((f) => f.file.endsWith('.stpm')),
    overrides: parseOverrides(options.G),
    module: moduleName(options, source),
    defines: parseDefines(options.D),
    version: packageVersion(),
  };
  return { request, announcement };
}

export function chooseProfile(options: Pick<ScriptOptions, 'r' | 'kernel'>): {
  profile: KernelProfile;
  announcement: string;
} {
  const wanted = options.r ?? options.kernel;
  const { profile, reason } = selectProfile(wanted);
  return { profile, announcement: `tapc: target kernel ${profile.release} (${profile.arch}), ${reason}` };
}

/** The tapset that ships with tapc. */
export function standardTapset(): TapsetFile[] {
  const root = packageRoot();
  return tapsetFiles(join(root, 'tapsets'), root);
}

/** All files below a folder that belong to a tapset, sorted; named relative to `base`. */
function tapsetFiles(folder: string, base: string): TapsetFile[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw usageError(`the tapset folder ${folder} does not exist`);
  }
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.stpm?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ file: relative(base, path), read: () => readFileSync(path, 'utf8') }));
}
