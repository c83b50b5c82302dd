/** Writes the tapset's files that are made of tables: `npm run tapset`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../src/assets.ts';
import { callFiles } from './calls.ts';
import { flagFile } from './flags.ts';
import { nameFile } from './names.ts';

export const SYSCALLS = join(packageRoot(), 'tapsets', 'syscalls');

/** Text by file name: what the folder of system calls must hold beside what is written by hand. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const flags = readFileSync(join(SYSCALLS, 'flags.txt'), 'utf8');
  const calls = readFileSync(join(SYSCALLS, 'calls.txt'), 'utf8');
  return new Map([
    ['flags.stp', flagFile(flags)],
    ...callFiles(calls),
    ['names-x86.stp', nameFile('x86_64')],
    ['names-arm64.stp', nameFile('arm64')],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of generatedFiles()) writeFileSync(join(SYSCALLS, file), text);
}
