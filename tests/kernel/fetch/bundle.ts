import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundledFolder, profileSuffix } from '../../../src/kernel/bundled.ts';
import { makeProfile } from '../../../src/kernel/make.ts';
import { mergeSources, readSource } from '../../../src/kernel/sources.ts';
import type { FetchedKernel } from './fetch.ts';

/** Makes the profile that ships with tapc for a kernel's line, from its headers and image; gives its path. */
export function bundleProfile(kernel: FetchedKernel): string {
  const bytes = makeProfile(mergeSources([kernel.headers, kernel.vmlinuz].map(readSource)), {
    name: kernel.line,
    origin: `Debian's headers and image of ${kernel.release}`,
    packed: true,
    neighbours: [],
  });
  const file = path.join(bundledFolder(), `${kernel.line}${profileSuffix}`);
  writeFileSync(file, bytes);
  return file;
}
