/** How a run of tapc ends. */

export const EXIT = {
  done: 0,
  /** The script is wrong, or a kept file differs. */
  script: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The machine lacks something: compiler, headers, a readable profile, root. */
  environment: 3,
} as const;

/** Ends the run with a message for the user; never shown as a stack trace. */
export class CliError extends Error {
  readonly exitCode: number;
  readonly hints: readonly string[];

  constructor(exitCode: number, message: string, hints: readonly string[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.hints = hints;
  }
}

/** `usage` errors: options that contradict each other, a missing script. */
export function usageError(message: string, ...hints: string[]): CliError {
  return new CliError(EXIT.usage, message, hints);
}

/** What the machine lacks, and what to do about it. */
export function environmentError(message: string, ...hints: string[]): CliError {
  return new CliError(EXIT.environment, message, hints);
}
