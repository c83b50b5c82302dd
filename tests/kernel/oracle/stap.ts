/** Makes Debian's SystemTap build modules for a fetched kernel, without debuginfo and without installing anything. */
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FetchedKernel } from '../fetch/fetch.ts';

const RUNTIME = '/usr/share/systemtap/runtime';

/**
 * The words that start `stap` for a kernel; what they name lies in `scratch`, an empty folder that must outlive them.
 * Debian's 4.8 is older than the newest 6.1, which took over a change of `task_work_cancel`'s prototype: its
 * runtime, copied, is told the function's new name. And it believes in a function only if a symbol table names
 * it, which Debian's headers do not have: `functions` are named.
 */
export async function stapCommand(
  kernel: FetchedKernel,
  scratch: string,
  functions: readonly string[],
): Promise<string[]> {
  const runtime = path.join(scratch, 'runtime');
  await cp(RUNTIME, runtime, { recursive: true });
  const taskWork = path.join(runtime, 'stp_task_work.c');
  const text = await readFile(taskWork, 'utf8');
  await writeFile(taskWork, text.replace('typeof(&task_work_cancel)', 'typeof(&task_work_cancel_func)'));

  const tree = path.join(scratch, 'tree');
  await mkdir(tree);
  for (const entry of await readdir(kernel.headers)) {
    await symlink(path.join(kernel.headers, entry), path.join(tree, entry));
  }
  // Where it looks for the headers that define tracepoints.
  const makefile = await readFile(path.join(kernel.headers, 'Makefile'), 'utf8');
  const [, common] = /^include (.*)\/Makefile$/m.exec(makefile) ?? [];
  if (common !== undefined) await symlink(common, path.join(tree, 'source'));
  const symbols = functions.map((name, i) => {
    const address = `ffffffff81${(i * 4096).toString(16).padStart(6, '0')}`;
    return `${address} T ${name}\n`;
  });
  await writeFile(path.join(tree, 'System.map'), symbols.join(''));
  return ['stap', '-R', runtime, '-r', tree];
}
