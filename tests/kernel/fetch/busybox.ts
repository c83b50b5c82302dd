import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Machine } from '../machines.ts';
import { openSuite } from './apt.ts';

const run = promisify(execFile);

/** Where a kernel's folder has the guest's busybox, for machines of another kind than this one. */
export function busyboxIn(folder: string): string {
  return path.join(folder, 'guest', 'busybox');
}

/** Puts the static busybox of a Debian release, built for `machine`, into the folder of a kernel. */
export async function addBusybox(
  work: string,
  url: string,
  release: string,
  machine: Machine,
): Promise<void> {
  const state = path.join(work, 'apt-busybox');
  const suite = await openSuite(state, url, release, [machine.debian]);
  const archives = path.join(state, 'downloaded');
  await suite.download(['busybox-static'], archives);
  for (const name of await readdir(archives)) {
    await run('dpkg', ['-x', path.join(archives, name), path.join(state, 'unpacked')]);
  }
  await mkdir(path.dirname(busyboxIn(work)), { recursive: true });
  await copyFile(path.join(state, 'unpacked/bin/busybox'), busyboxIn(work));
  await rm(state, { recursive: true });
}
