/** What analysis finds out: each sample is a script, and beside it the types, classes, locks and accesses it must get. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, diagnosticLines } from '../support/check.ts';
import { dump } from './dump.ts';

const folder = join(import.meta.dirname, 'samples');

describe.each(readdirSync(folder))('%s', (topic) => {
  const samples = readdirSync(join(folder, topic)).filter((name) => name.endsWith('.stp'));
  test.each(samples)('%s', async (name) => {
    const file = join(folder, topic, name);
    const result = check(readFileSync(file, 'utf8'), { guru: name.startsWith('guru-') });
    const lines = [...diagnosticLines(result), ...(result.checked === undefined ? [] : dump(result.checked))];
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(file.replace(/\.stp$/, '.txt'));
  });
});
