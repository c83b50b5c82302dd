/** Every script that Debian installs with systemtap-doc and systemtap-common, which CI installs. */
import { expect, test } from 'vitest';
import { parse, print } from '../../src/1-parse/index.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { installedScripts, OPTIONS, parseFiles } from './installed.ts';
import { textWithoutSpans } from './trees.ts';

test('parses, and prints so that it parses to the same tree', { timeout: 120_000 }, () => {
  const files = installedScripts();
  expect(files.length).toBeGreaterThan(500);
  const changed: string[] = [];
  const result = parseFiles(files, (script, file) => {
    const diagnostics = new Diagnostics();
    const again = parse({ file: file.path, text: print(script) }, OPTIONS, diagnostics);
    const same = textWithoutSpans(again) === textWithoutSpans(script);
    if (!same || diagnostics.list.length > 0) changed.push(file.path);
  });
  expect(result.failures).toEqual([]);
  expect(changed).toEqual([]);
});
