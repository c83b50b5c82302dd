/** The command line: all commands, and how a run of them ends. */
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../assets.ts';
import { ProfileError } from '../kernel/error.ts';
import { addApi } from './api.ts';
import { addBuild } from './build.ts';
import { addCheck } from './check.ts';
import { addCompile } from './compile.ts';
import { addDiff } from './diff.ts';
import { CliError, EXIT } from './exit.ts';
import { addExplain } from './explain.ts';
import { addFmt } from './fmt.ts';
import { addKernels } from './kernels.ts';
import { addList } from './list.ts';
import { stdout } from './output.ts';
import { reportCliError, say } from './report.ts';
import { addRun } from './run.ts';
import { addSelftest } from './selftest.ts';
import { addStap } from './stap/index.ts';

/** All commands; one program serves one run. */
export function makeProgram(): Command {
  const program = new Command('tapc')
    .description(
      'Compiles probe scripts in the SystemTap language into the C source of Linux kernel modules.',
    )
    .version(packageVersion())
    .showSuggestionAfterError()
    .showHelpAfterError('(`tapc help` lists the commands and their options)')
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => stdout().write(text) })
    .exitOverride();
  addCompile(program);
  addCheck(program);
  addBuild(program);
  addRun(program);
  addList(program);
  addKernels(program);
  addExplain(program);
  addApi(program);
  addDiff(program);
  addSelftest(program);
  addFmt(program);
  addStap(program);
  return program;
}

/** Runs what the process's arguments ask for, and sets the exit code. */
export async function run(program: Command): Promise<void> {
  process.stderr.on('error', () => undefined);
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

/** Says what ended the run, and gives its exit code. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof CliError) {
    reportCliError(error);
    return error.exitCode;
  }
  if (error instanceof ProfileError) {
    reportCliError(new CliError(EXIT.environment, error.message, [error.hint]));
    return EXIT.environment;
  }
  const detail =
    error instanceof Error
      ? process.env.TAPC_DEBUG === undefined
        ? error.message
        : error.stack
      : String(error);
  say(`tapc: internal error: ${detail}`);
  say('  help: this is a fault in tapc; TAPC_DEBUG=1 shows where');
  return EXIT.environment;
}
