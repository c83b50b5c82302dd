/** Brings SystemTap's loader into a guest. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { VmJob } from '../vm.ts';

const run = promisify(execFile);
export const STAPRUN = '/usr/bin/staprun';
const STAPIO = '/usr/lib/systemtap/stapio';

/** A job that puts staprun and its libraries where they expect to be, for the jobs after it in the same boot. */
export async function staprunJob(): Promise<VmJob> {
  const files: Record<string, { readonly path: string }> = {};
  for (const program of [STAPRUN, STAPIO]) {
    files[path.basename(program)] = { path: program };
    const { stdout } = await run('ldd', [program]);
    for (const [library] of stdout.matchAll(/\/lib\S+/g)) files[path.basename(library)] = { path: library };
  }
  const script = `
    mkdir -p /lib/x86_64-linux-gnu /lib64 /usr/lib/systemtap /usr/bin
    cp ./*.so* /lib/x86_64-linux-gnu/
    cp ./ld-linux* /lib64/
    cp stapio /usr/lib/systemtap/
    cp staprun /usr/bin/
    echo 'stapdev:x:480:root' >/etc/group`;
  return { name: 'setup', script, files };
}
