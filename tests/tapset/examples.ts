/**
 * Plans every script of systemtap-doc for one kernel: `npx tsx tests/tapset/examples.ts [KERNEL] [-v]`. Prints how many become a
 * module; of the others the reason, and the bundled kernels on which they do: the functions and tracepoints that a script was
 * written for come and go. `impossible.ts` has the reasons; those for which nothing can build a script for that kernel, and `system()`,
 * which is refused, are told apart from what is missing. Exit status 1 where fewer than 95% of the rest do, or a script fails for
 * another reason than the one that is written down.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardTapset, tapsetFiles } from '../../src/cli/tapset.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { planModule } from '../../src/pipeline.ts';
import { describedArguments } from '../parse/installed.ts';
import { diagnosticLines } from '../support/check.ts';
import { type Impossible, impossible } from './impossible.ts';

const ROOTS = ['/usr/share/systemtap/examples', '/usr/share/doc/systemtap/examples/tutorial'];

/** Points of programs in user space, and of the interpreters that run there. */
const USER_SPACE = /\bprobe\b[^{]*\b(?:process|java|python[23]?|hotspot|glib|staprun|stapio|stap)\b\s*[.(]/s;

/** The kernels that tapc has the facts of. */
const BUNDLED = ['5.10', '6.1', '6.12', '7.2', '7.3'];

interface Example {
  /** Below the folder of its package. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly args: readonly string[];
}

/** Every script, in the order of their names: files without a probe, and parts of tapsets that come with them, are none. */
function installedExamples(): Example[] {
  return ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.stp') && !name.includes('tapset/') && !name.includes('template'))
      .sort()
      .map((name) => {
        const path = join(root, name);
        const args = describedArguments(path).map(withoutPlaces);
        return { name: relative('/usr/share', path), path, text: readFileSync(path, 'utf8'), args };
      }),
  ).filter(({ text }) => /^[^#/]*\bprobe\b/m.test(text));
}

/** Arguments that name places in the kernel's sources, which only debuginfo tells, name functions instead. */
function withoutPlaces(argument: string): string {
  return argument.replace(/statement\("(\w+)@[^"]*"\)/, 'function("$1")').replace(/\*@[^"]*/, 'vfs_*');
}

/** Whether a probe of it, as its arguments make it, is of programs. */
function usesUserSpace({ text, args }: Example): boolean {
  const code = text.replaceAll(/#[^\n]*|\/\/.*|\/\*[\s\S]*?\*\//g, '');
  return USER_SPACE.test(code.replaceAll(/\$(\d+)/g, (_, n: string) => args[Number(n) - 1] ?? ''));
}

/** The errors that keep a script from being a module for that kernel: none, if it becomes one. */
function problemsOf({ path, text, args }: Example, kernel: string): readonly string[] {
  const own = join(dirname(path), 'tapset');
  const files = [...(existsSync(own) ? tapsetFiles(own, own) : []), ...standardTapset()];
  const result = planModule({
    source: { file: path, text },
    args,
    guru: true,
    profile: selectProfile(kernel).profile,
    tapset: files.filter((f) => f.file.endsWith('.stp')),
    macroFiles: files.filter((f) => f.file.endsWith('.stpm')),
    overrides: new Map(),
    module: 'example',
    defines: new Map(),
    version: '0',
  });
  if (result.plan !== undefined) return [];
  return diagnosticLines(result).filter((line) => line.startsWith('error'));
}

/** Why it does not become a module, where that is known and still so. */
function knownReason(example: Example, problems: readonly string[]): Impossible | undefined {
  return impossible.find(
    ({ script, error }) => example.name.endsWith(script) && problems.some((line) => error.test(line)),
  );
}

function main(kernel: string, verbose: boolean): void {
  const all = installedExamples();
  const wanted = all.filter((example) => !usesUserSpace(example));
  const reasons: (Impossible | undefined)[] = [];
  let elsewhere = 0;
  for (const example of wanted) {
    const problems = problemsOf(example, kernel);
    if (problems.length === 0) continue;
    const reason = knownReason(example, problems);
    const others = BUNDLED.filter((line) => line !== kernel && problemsOf(example, line).length === 0);
    reasons.push(reason);
    if (others.length > 0) elsewhere += 1;
    const there = others.length === 0 ? '' : ` (a module on ${others.join(', ')})`;
    process.stdout.write(`${example.name}${there}\n`);
    if (reason !== undefined) process.stdout.write(`  ${reason.kind}: ${reason.why}\n`);
    if (reason !== undefined && !verbose) continue;
    for (const problem of problems.slice(0, verbose ? 20 : 1)) process.stdout.write(`  ${problem}\n`);
  }
  const here = wanted.length - reasons.length;
  const count = (kind: Impossible['kind'] | undefined): number =>
    reasons.filter((reason) => reason?.kind === kind).length;
  const share = (part: number, whole: number): string =>
    `${part} of ${whole} (${((100 * part) / whole).toFixed(1)}%)`;
  const possible = wanted.length - count('gone') - count('refused');
  process.stdout.write(
    [
      `scripts without user-space probes that become a module on ${kernel}: ${share(here, wanted.length)}; ` +
        `on one of ${BUNDLED.join(' ')}: ${share(here + elsewhere, wanted.length)}; ${all.length - wanted.length} use such probes`,
      `not: ${count('gone')} ask for what that kernel has not got, ${count('refused')} run commands, ` +
        `${count('debuginfo')} need debuginfo, ${count(undefined)} for no known reason`,
      `of those that could be built for that kernel and run no commands: ${share(here, possible)}`,
      '',
    ].join('\n'),
  );
  if (here < 0.95 * possible || (kernel === '6.12' && count(undefined) > 0)) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  main(words.find((w) => !w.startsWith('-')) ?? '6.12', words.includes('-v'));
}
