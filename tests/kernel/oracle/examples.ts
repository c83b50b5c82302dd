/**
 * `npm run oracle:examples [-- NAME…]`: SystemTap's installed examples, judged by `tapc check` and by `stap -p2` without debuginfo. Prints
 * which pass here, which of stap's do not and why, and the names that tapc's tapset lacks. Exit status 1 where stap takes one
 * that tapc refuses.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { describedArguments } from '../../parse/installed.ts';
import { check } from '../../support/check.ts';
import { fetchKernel } from '../fetch/fetch.ts';
import { openStap, type Stap } from './stap.ts';

const ROOT = '/usr/share/systemtap/examples';
const LINE = '6.1';

interface Verdict {
  readonly name: string;
  readonly stap: boolean;
  /** Codes and messages of what tapc refuses; empty where it takes the script. */
  readonly errors: readonly string[];
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const scripts = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.stp') && (wanted.length === 0 || wanted.some((word) => name.includes(word))),
    )
    .sort();
  const scratch = await mkdtemp(path.join(tmpdir(), 'tapc-oracle-'));
  try {
    const stap = await openStap(await fetchKernel(LINE), scratch, []);
    const queue = [...scripts];
    const verdicts: Verdict[] = [];
    const worker = async (): Promise<void> => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        verdicts.push({ name, stap: await ask(stap, name), errors: errorsOf(name) });
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    report(verdicts.sort((a, b) => (a.name < b.name ? -1 : 1)));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Guru mode, where the example's own command has it. */
function isGuru(name: string): boolean {
  try {
    return /^test_\w+:.*stap.* -\w*g/m.test(
      readFileSync(path.join(ROOT, name.replace(/\.stp$/, '.meta')), 'utf8'),
    );
  } catch {
    return false;
  }
}

async function ask(stap: Stap, name: string): Promise<boolean> {
  const file = path.join(ROOT, name);
  const { accepted } = await stap([
    '-p2',
    ...(isGuru(name) ? ['-g'] : []),
    file,
    ...describedArguments(file),
  ]);
  return accepted;
}

function errorsOf(name: string): string[] {
  const file = path.join(ROOT, name);
  const text = readFileSync(file, 'utf8');
  const result = check(text, {
    file: name,
    guru: isGuru(name),
    args: describedArguments(file),
    kernel: LINE,
  });
  return result.diagnostics.flatMap((d) => (d.severity === 'error' ? [`${d.code}: ${d.message}`] : []));
}

function report(verdicts: readonly Verdict[]): void {
  const print = (text: string): boolean => process.stdout.write(`${text}\n`);
  const group = (stap: boolean, tapc: boolean): readonly Verdict[] =>
    verdicts.filter((v) => v.stap === stap && (v.errors.length === 0) === tapc);
  print(`${group(true, true).length} pass with both, ${group(false, true).length} with tapc alone:`);
  for (const { name } of group(false, true)) print(`  ${name}`);
  print(`\n${group(false, false).length} pass with neither:`);
  for (const { name, errors } of group(false, false)) print(`  ${name}: ${errors[0]}`);
  const missed = group(true, false);
  print(`\n${missed.length} pass with stap, and not with tapc:`);
  for (const { name, errors } of missed) for (const error of new Set(errors)) print(`  ${name}: ${error}`);
  const lacking = new Map<string, number>();
  for (const error of verdicts.flatMap((v) => [...new Set(v.errors)])) {
    const [, what] = /(?:there is no function "|nothing matches the probe point )([^"]+)/.exec(error) ?? [];
    if (what !== undefined) lacking.set(what, (lacking.get(what) ?? 0) + 1);
  }
  print('\nnames that the tapset lacks, and how many examples want them:');
  for (const [what, count] of [...lacking].sort(([, a], [, b]) => b - a)) print(`  ${what} ${count}`);
  if (missed.length > 0) process.exitCode = 1;
}

void main();
