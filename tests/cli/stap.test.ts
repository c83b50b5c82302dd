/** `tapc stap`: each line of `stap.commands`, and what comes of it in `stap.txt`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { CliError } from '../../src/cli/exit.ts';
import { stap } from '../../src/cli/stap/index.ts';

const folder = import.meta.dirname;
const commands = readFileSync(join(folder, 'stap.commands'), 'utf8').trimEnd().split('\n');

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('lines of stap', { timeout: 60_000 }, async () => {
  vi.stubEnv('SYSTEMTAP_RELEASE', '6.12');
  vi.stubEnv('NO_COLOR', '1');
  const outcomes: string[] = [];
  for (const command of commands) outcomes.push(await transcript(command));
  await expect(`${outcomes.join('\n')}\n`).toMatchFileSnapshot(join(folder, 'stap.txt'));
});

async function transcript(command: string): Promise<string> {
  const said: string[] = [];
  const hear = (text: string | Uint8Array): boolean => said.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(hear);
  vi.spyOn(process.stderr, 'write').mockImplementation(hear);
  let status = 0;
  try {
    await stap(words(command));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    status = error.exitCode;
    said.push(`tapc: ${error.message}\n${error.hints.map((hint) => `  help: ${hint}\n`).join('')}`);
  } finally {
    vi.restoreAllMocks();
  }
  const lines = said
    .join('')
    .split('\n')
    .filter((line) => line !== '');
  return [`$ tapc stap ${command}`.trimEnd(), ...lines, `= ${status}`, ''].join('\n');
}

/** As a shell would split it; there is nothing but single quotes. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
