/** Makes the profiles that ship with tapc anew: `npx tsx tests/kernel/fetch/bundle.ts [--refresh] [LINE...]`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundledFolder, bundledNames, profileSuffix } from '../../../src/kernel/bundled.ts';
import { makeProfile } from '../../../src/kernel/make.ts';
import { mergeSources, readSource } from '../../../src/kernel/sources.ts';
import { fetchKernel } from './fetch.ts';

const args = process.argv.slice(2);
const refresh = args.includes('--refresh');
const given = args.filter((argument) => argument !== '--refresh');

for (const line of given.length > 0 ? given : bundledNames()) {
  const kernel = await fetchKernel(line, { refresh, report: (message) => console.error(message) });
  const bytes = makeProfile(mergeSources([kernel.headers, kernel.vmlinuz].map(readSource)), {
    name: line,
    origin: `Debian's headers and image of ${kernel.release}`,
    packed: true,
    neighbours: [],
  });
  const file = path.join(bundledFolder(), `${line}${profileSuffix}`);
  writeFileSync(file, bytes);
  console.log(`${path.relative('.', file)}: ${kernel.release}, ${bytes.length} bytes`);
}
