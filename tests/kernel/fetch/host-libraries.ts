import { execFile } from 'node:child_process';
import { open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { machines } from '../machines.ts';
import { openSuite } from './apt.ts';

const run = promisify(execFile);
const packages = ['libc6', 'libelf1t64', 'zlib1g', 'libzstd1', 'libssl3t64'];

/**
 * Lets the header package's own programs (fixdep, modpost, objtool) run where the C library is older than
 * theirs: puts a newer release's libraries beside them, and before each program a shell script that starts
 * it under that release's loader. `work` is the folder being filled, `folder` where it will be in the end.
 */
export async function addHostLibraries(
  work: string,
  url: string,
  release: string,
  folder: string,
): Promise<void> {
  const state = path.join(work, 'apt-libraries');
  const suite = await openSuite(state, url, release, [machines.amd64.debian]);
  const archives = path.join(state, 'downloaded');
  await suite.download(packages, archives);
  for (const name of await readdir(archives)) {
    await run('dpkg', ['-x', path.join(archives, name), path.join(work, 'host')]);
  }
  await rm(state, { recursive: true });

  const libraries = path.join(folder, 'host/usr/lib/x86_64-linux-gnu');
  for (const program of await programsUnder(path.join(work, 'usr/lib'))) {
    await rename(program, `${program}.elf`);
    const script = [
      '#!/bin/sh',
      `exec '${libraries}/ld-linux-x86-64.so.2' --library-path '${libraries}' --argv0 "$0" "$0.elf" "$@"`,
    ];
    await writeFile(program, `${script.join('\n')}\n`, { mode: 0o755 });
  }
}

/** The ELF programs below the folders of linux-kbuild. */
async function programsUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const top of await readdir(folder)) {
    if (!top.startsWith('linux-kbuild-')) continue;
    for (const entry of await readdir(path.join(folder, top), { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && (await isElfProgram(file))) found.push(file);
    }
  }
  return found;
}

async function isElfProgram(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const executable = ((await handle.stat()).mode & 0o111) !== 0;
    return executable && bytesRead === 4 && buffer.readUInt32BE() === 0x7f454c46;
  } finally {
    await handle.close();
  }
}
