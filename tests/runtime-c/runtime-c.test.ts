import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compose, PROGRAMS } from './programs.ts';

const run = promisify(execFile);
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
/** As the kernel compiles: aliasing and signed overflow are defined; functions that a case leaves out are no matter. */
const KERNEL_C = [
  '-std=gnu11',
  '-fno-strict-aliasing',
  '-fwrapv',
  '-Wall',
  '-Werror',
  '-Wno-unused-function',
];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tapc-runtime-c-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(PROGRAMS)(
  '$name',
  async (program) => {
    const base = path.join(folder, program.name.replaceAll(/\W+/g, '-'));
    await writeFile(`${base}.c`, compose(program));
    const defines = Object.entries(program.defines).map(([name, value]) => `-D${name}=${value}`);
    await run('gcc', [...KERNEL_C, ...SANITIZERS, '-O2', '-g', ...defines, '-o', base, `${base}.c`, '-lm']);
    const { stdout } = await run(base, []);
    expect(stdout).toMatch(/^\d+ checks$/m);
  },
  120_000,
);
