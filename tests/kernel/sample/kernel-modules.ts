/** Modules of the kernel itself that a sample wants loaded. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packingOf, unpack } from '../../../src/kernel/image/unpack.ts';
import type { FetchedKernel } from '../fetch/fetch.ts';

/**
 * The named modules and all that they depend on, as files of a job: `modules/NAME.ko`, and `modules/order`, the
 * names in the order in which they can be loaded.
 */
export function kernelModules(kernel: FetchedKernel, names: readonly string[]): Record<string, Uint8Array> {
  if (names.length === 0) return {};
  const found = modulePaths(kernel);
  const files = new Map<string, Uint8Array>();
  const add = (name: string): void => {
    const file = found.get(name);
    if (file === undefined) throw new Error(`${kernel.release} has no module ${name}`);
    if (files.has(name)) return;
    const bytes = readFileSync(file);
    const packing = packingOf(bytes);
    const object = packing === undefined ? bytes : unpack(bytes, packing);
    for (const needed of dependencies(object)) add(needed);
    files.set(name, object);
  };
  for (const name of names) add(name);
  return {
    ...Object.fromEntries([...files].map(([name, bytes]) => [`modules/${name}.ko`, bytes])),
    'modules/order': Buffer.from(`${[...files.keys()].join('\n')}\n`),
  };
}

/** By name, as the kernel spells it. */
function modulePaths(kernel: FetchedKernel): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(kernel.modulesDir, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const name = /^(.*)\.ko(?:\.\w+)?$/.exec(entry.name)?.[1];
      return name === undefined
        ? []
        : [[name.replaceAll('-', '_'), path.join(entry.parentPath, entry.name)] as const];
    }),
  );
}

/** What a module says of itself in `.modinfo`. */
function dependencies(object: Uint8Array): readonly string[] {
  const text = Buffer.from(object).toString('latin1');
  const list = /\0depends=([^\0]*)\0/.exec(text)?.[1] ?? '';
  return list.split(',').filter((name) => name !== '');
}
