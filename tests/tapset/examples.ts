/**
 * Plans every script of systemtap-doc for one kernel: `npx tsx tests/tapset/examples.ts [KERNEL] [-v]`. Prints how many become a
 * module, and of the others the first reason. Exit status 1 where fewer than 95% of those without user-space probes do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardTapset, tapsetFiles } from '../../src/cli/tapset.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { planModule } from '../../src/pipeline.ts';
import { describedArguments } from '../parse/installed.ts';
import { diagnosticLines } from '../support/check.ts';

const ROOTS = ['/usr/share/systemtap/examples', '/usr/share/doc/systemtap/examples/tutorial'];

/** Points of programs in user space, and of the interpreters that run there. */
const USER_SPACE = /\bprobe\b[^{]*\b(?:process|java|python[23]?|hotspot|glib|staprun|stapio|stap)\b\s*[.(]/s;

export interface ExampleResult {
  /** Below the folder of its package. */
  readonly name: string;
  readonly userSpace: boolean;
  readonly planned: boolean;
  readonly problems: readonly string[];
}

/** Every script, in the order of their names; parts of tapsets that come with them are none. */
export function planExamples(kernel: string): ExampleResult[] {
  const { profile } = selectProfile(kernel);
  const standard = standardTapset();
  return ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.stp') && !name.includes('tapset/') && !name.includes('template'))
      .sort()
      .map((name) => {
        const path = join(root, name);
        const text = readFileSync(path, 'utf8');
        const own = join(dirname(path), 'tapset');
        const files = [...(existsSync(own) ? tapsetFiles(own, own) : []), ...standard];
        const result = planModule({
          source: { file: path, text },
          args: describedArguments(path),
          guru: true,
          profile,
          tapset: files.filter((f) => f.file.endsWith('.stp')),
          macroFiles: files.filter((f) => f.file.endsWith('.stpm')),
          overrides: new Map(),
          module: 'example',
          defines: new Map(),
          version: '0',
        });
        const lines = diagnosticLines(result).filter((line) => line.startsWith('error'));
        return {
          name: relative('/usr/share', path),
          userSpace: USER_SPACE.test(text.replaceAll(/#.*|\/\/.*|\/\*[\s\S]*?\*\//g, '')),
          planned: result.plan !== undefined,
          problems: lines,
        };
      }),
  );
}

function main(kernel: string, verbose: boolean): void {
  const all = planExamples(kernel);
  const wanted = all.filter((e) => !e.userSpace);
  const good = wanted.filter((e) => e.planned);
  for (const { name, planned, problems } of wanted) {
    if (planned) continue;
    process.stdout.write(`${name}\n`);
    for (const problem of problems.slice(0, verbose ? 20 : 1)) process.stdout.write(`  ${problem}\n`);
  }
  const share = (100 * good.length) / wanted.length;
  process.stdout.write(
    `${good.length} of ${wanted.length} scripts without user-space probes become a module on ${kernel} ` +
      `(${share.toFixed(1)}%); ${all.length - wanted.length} use such probes\n`,
  );
  if (share < 95) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  main(words.find((w) => !w.startsWith('-')) ?? '6.12', words.includes('-v'));
}
