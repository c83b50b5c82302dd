/** Trees that were stored by the build are the trees that parsing gives. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from '../../src/1-parse/index.ts';
import { loadScript, storeScript } from '../../src/1-parse/stored.ts';
import { tapsetFiles } from '../../src/cli/tapset.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { OPTIONS } from './installed.ts';

const root = join(import.meta.dirname, '..', '..');
const scripts = tapsetFiles(join(root, 'tapsets'), root).filter((f) => f.file.endsWith('.stp'));

test.each(scripts.map((f) => [f.file, f] as const))('%s', (file, { read }) => {
  const tree = parse({ file, text: read() }, { ...OPTIONS, guru: true }, new Diagnostics());
  expect(loadScript(storeScript(tree), file)).toEqual(tree);
});
