/**
 * Compares our trees with SystemTap's: `npx tsx tests/parse/oracle/main.ts [FILE…]`, by default the samples
 * and all installed examples. Needs stap. Exit status 1 on a difference.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type MacroTable, parse } from '../../../src/1-parse/index.ts';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.ts';
import {
  describedArguments,
  type InstalledFile,
  installedMacros,
  installedScripts,
  OPTIONS,
} from '../installed.ts';
import { itemAsSystemTap, normalize } from './stap-tree.ts';

/** Samples of what stap 4.8 does not know or is stricter about. */
const BEYOND: readonly string[] = ['arguments', 'at-operators', 'byte-order-mark', 'empty'];

const SAMPLES = join(import.meta.dirname, '..', 'samples');

const kernel = makeKernelFolder();
try {
  const differing = main(process.argv.slice(2));
  if (differing > 0) process.exitCode = 1;
} finally {
  rmSync(kernel, { recursive: true });
}

/** As much of a kernel's build folder as stap looks at before it parses, with the configuration of OPTIONS. */
function makeKernelFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapc-oracle-'));
  mkdirSync(join(folder, 'include', 'config'), { recursive: true });
  const names = ['X86_64', 'KPROBES', 'COMPAT', 'NFS_V3', 'NFS_V4', 'IPV6'];
  writeFileSync(join(folder, '.config'), names.map((name) => `CONFIG_${name}=y\n`).join(''));
  writeFileSync(join(folder, 'Module.symvers'), '');
  writeFileSync(join(folder, 'include', 'config', 'kernel.release'), `${OPTIONS.conditions.kernelRelease}\n`);
  return folder;
}

function main(paths: readonly string[]): number {
  const files = installedScripts();
  const macros = installedMacros(files);
  const samples = readdirSync(SAMPLES)
    .filter((name) => !BEYOND.includes(name))
    .map((name) => join(SAMPLES, name, 'input.stp'));
  const examples = files.filter((file) => file.path.includes('/examples/'));
  const chosen = paths.length > 0 ? paths.map(read) : [...samples.map(read), ...examples];
  const differences = chosen.map((file) => compare(file, macros)).filter((d) => d !== undefined);
  for (const difference of differences) process.stdout.write(`${difference}\n`);
  process.stdout.write(`${chosen.length - differences.length} of ${chosen.length} alike\n`);
  return differences.length;
}

function read(path: string): InstalledFile {
  return { path, text: readFileSync(path, 'utf8'), args: describedArguments(path) };
}

/** How the two trees differ; undefined when they do not. */
function compare(file: InstalledFile, macros: MacroTable): string | undefined {
  const guru = file.text.startsWith('// no guru') ? [] : ['-g'];
  const args = [...guru, '-p1', '-r', kernel, '-', ...file.args];
  const stap = spawnSync('stap', args, { input: file.text, encoding: 'utf8' });
  if (stap.error !== undefined) throw stap.error;
  const diagnostics = new Diagnostics();
  const source = { file: file.path, text: file.text };
  const options = { ...OPTIONS, args: file.args, macros, guru: guru.length > 0 };
  const script = parse(source, options, diagnostics);
  const name = basename(file.path) === 'input.stp' ? basename(dirname(file.path)) : file.path;
  if ((stap.status === 0) === diagnostics.hasErrors) {
    const ours = diagnostics.list[0]?.message ?? 'accepted';
    return `${name}: stap exits ${stap.status}, here: ${ours}\n${stap.stderr.slice(0, 400)}`;
  }
  if (stap.status !== 0) return undefined;
  let rest = normalize(stap.stdout.replace(/^# .*$/gm, ''));
  // The longest first: a short one may be part of another.
  for (const item of script.items.flatMap(itemAsSystemTap).sort((a, b) => b.length - a.length)) {
    const at = rest.indexOf(item);
    if (at < 0) return `${name}:\n  here: ${item}\n  stap: ${rest}`;
    rest = rest.slice(0, at) + rest.slice(at + item.length);
  }
  return rest === '' ? undefined : `${name}: only stap has ${rest}`;
}
