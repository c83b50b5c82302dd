/** Files of the tapset that are made of tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles, SYSCALLS } from './generate.ts';

test.each([...generatedFiles()])('%s is what `npm run tapset` makes', (file, text) => {
  expect(readFileSync(join(SYSCALLS, file), 'utf8')).toBe(text);
});
