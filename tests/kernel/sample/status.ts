/** Reads the status file of a module, as far as the tests need it. */

/** Words of the status file whose number counts what was not recorded or not served. */
const LOSS =
  /\b(errors?|skipped|missed|nmissed|lost|dropped|drops?|overflows?|overflowed|truncated|truncations?)\b/i;

/** The lines that tell of a loss; run-time errors do not count where the script is to fail. */
export function losses(status: string, fails: boolean): string[] {
  if (status === '') return ['there was no status'];
  return status
    .split('\n')
    .filter((line) => lossCount(line, fails) > 0)
    .map((line) => `status tells of a loss: ${line.trim()}`);
}

function lossCount(line: string, fails: boolean): number {
  let total = 0;
  // `name number`, `name: number`, `name=number`.
  for (const [, word = '', count] of line.matchAll(/([A-Za-z_-]+)\s*[:=]?\s*(\d+)/g)) {
    if (LOSS.test(word) && !(fails && /error/i.test(word))) total += Number(count);
  }
  return total;
}
