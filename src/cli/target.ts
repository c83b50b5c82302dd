/** The process that a script is about: `-x PID`, or the command of `-c`, which waits until the script has begun. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { environmentError, usageError } from './exit.ts';

/** How often to look whether the command has come to its stop. */
const POLL_MS = 2;

/** How a command ended: nothing to say where all is well. */
export type CommandEnd = { readonly complaint?: string };

/** A command that has been started and stopped before its first step. */
export class StoppedCommand {
  readonly #child: ChildProcess;
  readonly pid: number;
  /** Settles when it has ended. */
  readonly ended: Promise<CommandEnd>;

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    this.ended = new Promise((settle) => child.once('close', (code, signal) => settle(endOf(code, signal))));
  }

  /** The shell stops itself, and becomes the command when it is let go: the number stays the same. */
  static async start(command: string): Promise<StoppedCommand> {
    const child = spawn('/bin/sh', ['-c', 'kill -STOP $$; exec /bin/sh -c "$0"', command], {
      stdio: 'inherit',
    });
    const { pid } = child;
    if (pid === undefined)
      throw environmentError(`cannot start the command ${command}`, 'there is no /bin/sh');
    const started = new StoppedCommand(child, pid);
    while (child.exitCode === null && !isStopped(pid)) await setTimeout(POLL_MS);
    return started;
  }

  /** Lets it run. */
  release(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it before it has done anything. */
  discard(): void {
    this.#child.kill('SIGKILL');
  }
}

function endOf(code: number | null, signal: string | null): CommandEnd {
  if (signal !== null) return { complaint: `the command was ended by ${signal}` };
  return code === null || code === 0 ? {} : { complaint: `the command exited with status ${code}` };
}

function isStopped(pid: number): boolean {
  try {
    // Behind the name, which may hold anything.
    return /\) T [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The number that `-x` gives. */
export function parseTarget(text: string): number {
  const pid = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (pid < 1 || pid > 0x7fffffff) throw usageError(`-x ${text}: expected the number of a process`);
  return pid;
}

/** Whether a built module takes a parameter: its own information lists them. */
export function takesParameter(file: string, name: string): boolean {
  return readFileSync(file).includes(`parmtype=${name}:`);
}
