/** `tapc list`: the probe points that match a pattern. */
import type { Command } from 'commander';
import { globMatcher } from '../2-resolve/glob.ts';
import { TapsetLibrary } from '../2-resolve/library.ts';
import { families } from '../probes/registry.ts';
import { CliError, EXIT } from './exit.ts';
import { aliasDocs } from './explain/name.ts';
import { stdout } from './output.ts';
import { say } from './report.ts';
import { chooseProfile } from './request.ts';
import { standardTapset } from './tapset.ts';

interface ListOptions {
  readonly r?: string;
  readonly kernel?: string;
  readonly vars?: boolean;
}

export function addList(program: Command): void {
  program
    .command('list')
    .description('show the probe points that match a pattern, such as kernel.trace("sched_*")')
    .argument('<pattern>', 'a probe point, with wildcards')
    .option('-r <release>', 'target kernel')
    .option('--kernel <release>', 'the same as -r')
    .option('-L, --vars', 'their variables and types, too; of aliases what they are')
    .action((pattern: string, options: ListOptions) => {
      const { profile, announcement } = chooseProfile(options);
      say(announcement);
      let found = 0;
      const lines: string[] = [];
      for (const family of families) {
        for (const point of family.list(pattern, profile)) {
          found++;
          const variables = point.variables.map((v) => ` ${v.name}:${v.type}`).join('');
          lines.push(options.vars === true ? point.text + variables : point.text);
        }
      }
      const aliases = aliasNames(pattern);
      const docs = options.vars === true ? aliasDocs(aliases) : new Map<string, string>();
      for (const name of aliases) {
        found++;
        const doc = docs.get(name) ?? '';
        lines.push(doc === '' ? name : `${name}  ${doc}`);
      }
      stdout().write(lines.map((line) => `${line}\n`).join(''));
      if (found === 0) {
        throw new CliError(EXIT.script, `nothing matches ${pattern}`, [
          'quote the pattern for the shell: tapc list \'kernel.function("vfs_*")\'',
        ]);
      }
    });
}

function aliasNames(pattern: string): string[] {
  const library = new TapsetLibrary(standardTapset(), () => ({ file: '', items: [] }));
  const matcher = globMatcher(pattern);
  return [...library.names('aliases')].filter((name) => matcher.test(name)).sort();
}
