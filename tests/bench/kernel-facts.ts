/**
 * `tsx tests/bench/kernel-facts.ts variants|functions LINE`: prints the milliseconds that a step within a process takes, which is
 * new each time: nothing is warm but the code that is loaded.
 */
import { readSources } from '../../src/4-plan/link/library.ts';
import { holds } from '../../src/4-plan/link/manifest.ts';
import { selectProfile } from '../../src/kernel/select.ts';

const [step, line] = process.argv.slice(2);

/** Names for the second step, spread over the alphabet; another kernel's profile tells them, so that this one's stays unopened. */
function someFunctions(other: string): readonly string[] {
  const names = selectProfile(other).profile.functions('vfs_*');
  const more = selectProfile(other).profile.functions('tcp_*');
  const all = [...names, ...more];
  return Array.from({ length: 100 }, (_, i) => all[Math.floor((i * all.length) / 100)] ?? 'vfs_read');
}

/** Milliseconds of a processor: what else runs on the machine does not count. */
function time(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Chooses the files of the runtime that a kernel gets, each by its fact; the kernel's profile is open. */
function variants(name: string): number {
  const { files } = readSources();
  const { profile } = selectProfile(name);
  profile.types().struct('task_struct');
  return time(() => {
    const fits = files.filter(({ when }) => when === undefined || holds(when, profile, new Set()));
    if (fits.length === files.length) throw new Error(`${name} gets everything`);
  });
}

/** Opens a profile, and asks for the parameters of a hundred functions by name. */
function functions(name: string): number {
  const names = someFunctions(name === '6.1' ? '6.12' : '6.1');
  return time(() => {
    const types = selectProfile(name).profile.types();
    const found = names.filter((fn) => types.func(fn)?.params.every(({ type }) => type !== undefined));
    if (found.length < 80) throw new Error(`${name} has only ${found.length} of them`);
  });
}

if (line === undefined) throw new Error('which kernel?');
console.log((step === 'variants' ? variants(line) : functions(line)).toFixed(2));
