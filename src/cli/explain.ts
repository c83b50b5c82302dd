/** `tapc explain`: more about the code of a diagnostic. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../assets.ts';
import { readCatalogue } from '../diagnostics/catalogue.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { usageError } from './exit.ts';

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('say more about the code of a diagnostic: cause, example, mend')
    .argument('[code]', 'as it stands in brackets behind "error"; without it, all codes')
    .action((code: string | undefined) => {
      const catalogue = readCatalogue(join(packageRoot(), 'src', 'diagnostics', 'messages'));
      if (code === undefined) {
        for (const entry of catalogue.values()) process.stdout.write(`${entry.code}: ${entry.summary}\n`);
        return;
      }
      const entry = catalogue.get(code);
      if (entry === undefined) {
        throw usageError(`there is no message with the code ${code}`, ...didYouMean(code, catalogue.keys()));
      }
      process.stdout.write(`${entry.code}\n\n${entry.text}\n`);
    });
}
