import { resolve } from 'node:path';
import { packageVersion } from '../assets.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { selectProfile } from '../kernel/select.ts';
import type { ModuleRequest, ScriptRequest } from '../pipeline.ts';
import { moduleName, parseDefines, parseOverrides, readScript, type ScriptOptions } from './options.ts';
import { standardTapset, userTapset } from './tapset.ts';

/** Everything that a command over a script needs; `announcement` is the line that names the target. */
export interface PreparedRequest {
  readonly request: ModuleRequest;
  readonly announcement: string;
  readonly warnings: Warnings;
}

export type Warnings = 'shown' | 'hidden' | 'errors';

/** What only SystemTap's own command line can ask for. */
export interface LanguageOptions {
  readonly warnings?: Warnings;
  readonly language?: Pick<
    ScriptRequest,
    'more' | 'language' | 'catchErrors' | 'display' | 'refuseIdle' | 'forgiveOverrides'
  >;
}

export function prepareRequest(
  script: string | undefined,
  words: readonly string[],
  options: ScriptOptions & LanguageOptions,
): PreparedRequest {
  const { source, args } = readScript(script, words, options);
  const { profile, announcement } = chooseProfile(options);
  // A folder that is named twice is one.
  const folders = new Map([...options.I].reverse().map((folder) => [resolve(folder), folder]));
  const files = [...folders.values()].reverse().flatMap((folder) => userTapset(folder, profile));
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
    defines: parseDefines(options.t === true ? [...options.D, 'STP_TIMING'] : options.D),
    version: packageVersion(),
    ...options.language,
  };
  return { request, announcement, warnings: options.warnings ?? 'shown' };
}

export function chooseProfile(options: Pick<ScriptOptions, 'r' | 'kernel' | 'a'>): {
  profile: KernelProfile;
  announcement: string;
} {
  const wanted = options.r ?? options.kernel;
  const { profile, reason } = selectProfile(wanted, options.a);
  return { profile, announcement: `tapc: target kernel ${profile.release} (${profile.arch}), ${reason}` };
}
