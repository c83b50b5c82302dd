/** Where commands write what they were asked for. */
import { once } from '../once.ts';
import { EXIT } from './exit.ts';
import { say } from './report.ts';

/** Standard output. A reader that has seen enough (`tapc list … | head`) is no error, nor is a terminal that went away. */
export const stdout: () => NodeJS.WriteStream = once(() => {
  const { stdout } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    const gone = error.code === 'EPIPE' || error.code === 'EIO';
    if (!gone) {
      say(`tapc: cannot write the output: ${error.code ?? error.message}`);
      process.exitCode = EXIT.environment;
    }
    // Who has to tidy up first listens, too.
    if (stdout.listenerCount('error') === 1) process.exit(gone ? EXIT.done : EXIT.environment);
  });
  return stdout;
});
