/** The runtime as the linker sees it: facilities, their manifests, their items. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../assets.ts';
import { type ItemFile, parseItems } from './items.ts';
import { type Manifest, parseManifest } from './manifest.ts';

export interface Facility {
  readonly name: string;
  readonly manifest: Manifest;
  file(name: string): ItemFile;
}

/** The facilities below `runtime/`, sorted by name; a file is read when it is first asked for. */
export function readRuntime(folder: string = join(packageRoot(), 'runtime')): Facility[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name, 'manifest.json');
      const text = readIfThere(path);
      if (text === undefined) return [];
      const files = new Map<string, ItemFile>();
      const file = (base: string): ItemFile => {
        const known = files.get(base);
        if (known !== undefined) return known;
        const parsed = parseItems(readFileSync(join(folder, name, base), 'utf8'));
        files.set(base, parsed);
        return parsed;
      };
      return [{ name, manifest: parseManifest(text, `runtime/${name}/manifest.json`), file }];
    });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
