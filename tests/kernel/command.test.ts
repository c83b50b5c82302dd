/** `tapc build` against real headers: what it leaves in the folder, and folders that make could not work in. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchKernel } from './fetch/fetch.ts';

const TAPC = fileURLToPath(new URL('../../bin/tapc', import.meta.url));
const LIMIT_MS = 300_000;

/** The archive may have a newer point version than the bundled one. */
const SILENT = /^tapc: target kernel 6\.1\..*\n(?:tapc: warning: .* is of 6\.1\..*\n)?$/;

let folder = '';
let headers = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tapc-command-'));
  await writeFile(path.join(folder, 'hello.stp'), 'probe begin { println("hello") exit() }\n');
  headers = (await fetchKernel('6.1')).headers;
}, LIMIT_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function build(release: string, into: string): Promise<Run> {
  const args = ['build', '-r', release, '--headers', headers, 'hello.stp', '-o', into];
  return new Promise((settle) => {
    execFile(TAPC, args, { cwd: folder, timeout: LIMIT_MS }, (error, stdout, stderr) => {
      settle({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

test.each(['plain', 'with a blank, and more: é'])(
  'the folder %j gets the module with its source',
  async (name) => {
    const run = await build('6.1', name);
    expect(run).toEqual({
      status: 0,
      stdout: `${path.join(folder, name, 'tapc_hello.ko')}\n`,
      stderr: expect.stringMatching(SILENT),
    });
    expect(await readdir(path.join(folder, name))).toEqual(
      expect.arrayContaining(['Kbuild', 'tapc_hello.c', 'tapc_hello.ko']),
    );
    const module = await readFile(path.join(folder, name, 'tapc_hello.ko'));
    expect(module.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  },
  LIMIT_MS,
);

test(
  'headers of another kernel are told',
  async () => {
    const { stderr } = await build('6.12', 'other');
    expect(stderr).toMatch(/warning: .* is of 6\.1\.\S+, and the module is made for 6\.12\./);
  },
  LIMIT_MS,
);
