/** Makes the guest's root file system: busybox, the init of `../guest`, helper programs and the jobs. */
import { readFile } from 'node:fs/promises';
import { type CpioEntry, writeCpio } from './cpio.ts';
import type { VmJob, VmOptions } from './types.ts';

const DEFAULT_JOB_SECONDS = 30;
const FOLDERS = ['bin', 'dev', 'proc', 'sys', 'tmp', 'root', 'etc', 'lib', 'jobs', 'out'];

/** Seconds of guest time that a job may take. */
export function jobSeconds(job: VmJob): number {
  return job.timeout ?? DEFAULT_JOB_SECONDS;
}

/** An initramfs that runs `jobs[first]` and all that follow it by the static busybox at the path given. */
export async function buildInitramfs(
  busybox: string,
  jobs: readonly VmJob[],
  first: number,
  options: VmOptions,
): Promise<Buffer> {
  const guest = new URL('../guest/', import.meta.url);
  const entries: CpioEntry[] = [
    ...FOLDERS.map((path): CpioEntry => ({ kind: 'directory', path })),
    { kind: 'link', path: 'sbin', target: 'bin' },
    { kind: 'device', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'file', path: 'init', data: await readFile(new URL('init', guest)), executable: true },
    { kind: 'file', path: 'lib/tapc.sh', data: await readFile(new URL('lib.sh', guest)) },
    { kind: 'file', path: 'bin/busybox', data: await readFile(busybox), executable: true },
    { kind: 'file', path: 'etc/passwd', data: Buffer.from('root:x:0:0:root:/root:/bin/sh\n') },
    { kind: 'file', path: 'jobs/first', data: Buffer.from(`${first}\n`) },
    { kind: 'file', path: 'jobs/last', data: Buffer.from(`${jobs.length - 1}\n`) },
  ];
  for (const [name, path] of Object.entries(options.programs ?? {})) {
    entries.push({ kind: 'file', path: `bin/${name}`, data: await readFile(path), executable: true });
  }
  for (const [index, job] of jobs.entries()) {
    if (index >= first) entries.push(...(await jobEntries(job, `jobs/${index}`)));
  }
  return writeCpio(entries);
}

async function jobEntries(job: VmJob, folder: string): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = [
    { kind: 'directory', path: folder },
    { kind: 'file', path: `${folder}/.job.sh`, data: Buffer.from(job.script) },
    { kind: 'file', path: `${folder}/.timeout`, data: Buffer.from(`${jobSeconds(job)}\n`) },
  ];
  const files = Object.entries(job.files ?? {});
  for (const path of new Set(files.flatMap(([file]) => foldersOf(file)))) {
    entries.push({ kind: 'directory', path: `${folder}/${path}` });
  }
  for (const [path, content] of files) {
    const data = content instanceof Uint8Array ? content : await readFile(content.path);
    entries.push({ kind: 'file', path: `${folder}/${path}`, data, executable: true });
  }
  return entries;
}

/** `a` and `a/b` of `a/b/c`. */
function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
