/** Hands what is typed to a script that has input probes. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { errorCode } from './files.ts';

/** How long to wait where the script takes no keys yet. */
const AGAIN_MS = 20;
const INTERRUPT = 3;
const RETURN = 13;
const NEWLINE = 10;

export interface Keys {
  /** Settles when the module's file is closed; the terminal is as before. */
  close(): Promise<void>;
}

/**
 * Writes what comes to standard input to the module's file; on a terminal key by key, as they are typed. `stop` is called for Ctrl-C, which
 * a terminal in this mode does not make a signal.
 */
export function forwardKeys(file: string, stop: () => void): Keys {
  const { stdin } = process;
  const to = openSync(file, 'w');
  const isTerminal = stdin.isTTY === true;
  let closed = false;
  let written = Promise.resolve();
  // The terminal may go away; there is nothing more to hand on then.
  const gone = (): void => undefined;
  const typed = (chunk: Buffer): void => {
    const keys = isTerminal ? chunk.map((key) => (key === RETURN ? NEWLINE : key)) : chunk;
    if (isTerminal && keys.includes(INTERRUPT)) stop();
    else written = written.then(() => send(to, keys, () => closed));
  };
  if (isTerminal) stdin.setRawMode(true);
  stdin.on('error', gone);
  stdin.on('data', typed);
  return {
    async close() {
      closed = true;
      stdin.off('data', typed);
      stdin.pause();
      if (isTerminal && !stdin.destroyed) stdin.setRawMode(false);
      await written;
      closeSync(to);
    },
  };
}

/** Writes all of it, or as much as the script takes before it ends. */
async function send(to: number, keys: Uint8Array, isClosed: () => boolean): Promise<void> {
  for (let done = 0; done < keys.length && !isClosed(); ) {
    try {
      done += writeSync(to, keys, done);
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') return;
      await setTimeout(AGAIN_MS);
    }
  }
}
