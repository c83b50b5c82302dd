/** The formatter of `runtime/text`, as a program of user space under the sanitizers. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const RUNTIME = path.join(import.meta.dirname, '../../runtime/text');
const FILES = ['text.c', 'layout.c', 'number.c', 'string.c', 'histogram.c', 'sprint.c'];
/** What the formatter knows of kernel headers that the shim does not have. */
const HEADERS = `
struct seq_file { char *buf; size_t size, count; };
#define max_t(type, a, b) ({ type x_ = (a), y_ = (b); x_ > y_ ? x_ : y_; })
#define max3(a, b, c) max(max(a, b), c)
#define DIV_ROUND_UP_ULL(a, b) (((a) + (b) - 1) / (b))
#define IS_ENABLED(option) 0
`;
const FLAGS = ['-std=gnu11', '-fno-strict-aliasing', '-fwrapv', '-Wall', '-Werror', '-Wno-unused-function'];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

test('the formatter', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tapc-text-'));
  try {
    const shim = await readFile(path.join(import.meta.dirname, 'shim.h'), 'utf8');
    const parts = [shim.replace(/^struct tapc_histogram \{[^}]*\};$/m, ''), HEADERS];
    for (const file of FILES) parts.push(await readFile(path.join(RUNTIME, file), 'utf8'));
    parts.push(await readFile(path.join(import.meta.dirname, 'cases/text.c'), 'utf8'));
    const source = path.join(folder, 'text.c');
    await writeFile(source, parts.join('\n').replaceAll(/^#include <linux\/.*$/gm, ''));
    const program = path.join(folder, 'text');
    await run('gcc', [...FLAGS, ...SANITIZERS, '-O2', '-g', '-DTAPC_STRLEN=128', '-o', program, source]);
    const { stdout } = await run(program, []);
    expect(stdout).toMatch(/^\d{6} checks$/m);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
