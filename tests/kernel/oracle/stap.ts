/** Makes Debian's SystemTap build modules for a fetched kernel, without debuginfo and without installing anything. */
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FetchedKernel } from '../fetch/fetch.ts';

const RUNTIME = '/usr/share/systemtap/runtime';

const PATIENCE_MS = 60_000;
/** It looks for tracepoints in a hundred small modules, which it builds when it is first asked for one, and keeps the list. */
const LIST_PATIENCE_MS = 1_200_000;

export interface Answer {
  /** Exit status 0. */
  readonly accepted: boolean;
  readonly stderr: string;
}

/** Runs stap with these words more; what takes longer than a minute is refused. */
export type Stap = (words: readonly string[]) => Promise<Answer>;

/** stap for a kernel. `scratch` is an empty folder that must outlive it; modules are built there. */
export async function openStap(
  kernel: FetchedKernel,
  scratch: string,
  functions: readonly string[],
): Promise<Stap> {
  const command = await stapCommand(kernel, scratch, functions);
  const ask = (words: readonly string[], patience = PATIENCE_MS): Promise<Answer> =>
    runAlone([...command, ...words], scratch, patience);
  await ask(['-p2', '-e', 'probe kernel.trace("sched_switch") { }'], LIST_PATIENCE_MS);
  return (words) => ask(words);
}

/** In a process group of its own: stap's make would go on when stap is killed, and others with it. */
function runAlone(command: readonly string[], cwd: string, patience: number): Promise<Answer> {
  const [program = '', ...words] = command;
  const env = { ...process.env, SYSTEMTAP_DIR: path.join(cwd, 'home') };
  return new Promise((settle, fail) => {
    const child = spawn(program, words, { cwd, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const killAll = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(killAll, patience);
    process.once('exit', killAll);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', fail);
    child.once('close', (status) => {
      clearTimeout(timer);
      process.off('exit', killAll);
      settle({ accepted: status === 0, stderr });
    });
  });
}

/**
 * The words that start `stap` for a kernel. Debian's 4.8 is older than the newest 6.1, which took over a change of `task_work_cancel`'s prototype: its
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
