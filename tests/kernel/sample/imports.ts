/** Holds what built modules import against the manifest of the API. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { kernelApi } from '../../../src/api/kernel.ts';
import { type Api, COMPILER } from '../../../src/api/manifest.ts';
import type { KernelProfile } from '../../../src/kernel/profile.ts';
import type { Machine } from '../machines.ts';

const run = promisify(execFile);

/** Undefined symbols of a module, `nm -u`. */
export async function importsOf(ko: string, machine: Machine): Promise<readonly string[]> {
  const { stdout } = await run(`${machine.tools}nm`, ['-u', ko]);
  return stdout.split('\n').flatMap((line) => /^\s*[UwVv] (\S+)$/.exec(line)?.[1] ?? []);
}

/** Symbols that no manifest names for this kernel. */
export function outside(api: Api, profile: KernelProfile, imports: readonly string[]): readonly string[] {
  const { symbols } = kernelApi(api, profile);
  return imports.filter((symbol) => !symbols.has(symbol));
}

/** What only tracepoints of modules take: they need the types of modules, which kernels before split BTF do not have. */
const OF_MODULE_TYPES = /_tracepoint_module_notifier$/;

/** Symbols that a manifest names for this kernel and no module imports; what the compiler calls left out. */
export function unused(api: Api, profile: KernelProfile, imports: ReadonlySet<string>): readonly string[] {
  const { symbols, uses } = kernelApi(api, profile);
  const named = new Set(uses.filter((u) => u.facility !== COMPILER).flatMap((u) => u.imports));
  const hasModules = profile.modules().length > 0;
  return [...symbols].filter(
    (symbol) => named.has(symbol) && !imports.has(symbol) && (hasModules || !OF_MODULE_TYPES.test(symbol)),
  );
}
