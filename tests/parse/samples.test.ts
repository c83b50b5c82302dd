/**
 * Each folder of samples/ has an input.stp and the tree and diagnostics it must give, expected.txt
 * (`npx vitest run --project unit tests/parse/samples.test.ts -u` writes them anew: read the difference).
 * A first line `// args: a b` gives the script its arguments.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, print } from '../../src/1-parse/index.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { dumpDiagnostics, dumpScript } from './dump.ts';
import { describedArguments, OPTIONS } from './installed.ts';
import { withoutSpans } from './trees.ts';

const SAMPLES = new URL('samples/', import.meta.url).pathname;

test.each(readdirSync(SAMPLES))('%s', async (name) => {
  const text = readFileSync(join(SAMPLES, name, 'input.stp'), 'utf8');
  const args = describedArguments(join(SAMPLES, name, 'input.stp'));
  const options = { ...OPTIONS, args, guru: !text.startsWith('// no guru') };
  const diagnostics = new Diagnostics();
  const script = parse({ file: 'input.stp', text }, options, diagnostics);
  const dumped = dumpScript(script) + dumpDiagnostics(diagnostics.list, text);
  await expect(dumped).toMatchFileSnapshot(join(SAMPLES, name, 'expected.txt'));

  const again = new Diagnostics();
  const reparsed = parse({ file: 'input.stp', text: print(script) }, OPTIONS, again);
  if (!diagnostics.hasErrors) {
    expect(again.list).toEqual([]);
    expect(withoutSpans(reparsed)).toEqual(withoutSpans(script));
  }
});
