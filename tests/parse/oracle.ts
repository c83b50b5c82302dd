/**
 * Compares our trees with SystemTap's: `npx tsx tests/parse/oracle.ts KERNEL_BUILD_FOLDER [FILE…]`, by
 * default on all installed examples. Needs stap; the folder's .config should have what OPTIONS says.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from '../../src/1-parse/index.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { describedArguments, installedMacros, installedScripts, OPTIONS } from './installed.ts';
import { itemAsSystemTap, normalize } from './stap-tree.ts';

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2] ?? '', process.argv.slice(3));

function main(kernel: string, paths: readonly string[]): void {
  const files = installedScripts();
  const macros = installedMacros(files);
  const chosen =
    paths.length > 0
      ? paths.map((path) => ({ path, text: readFileSync(path, 'utf8'), args: describedArguments(path) }))
      : files.filter((file) => file.path.includes('/examples/'));
  let same = 0;
  let compared = 0;
  for (const file of chosen) {
    const args = ['-g', '-p1', '-r', kernel, '-', ...file.args];
    const stap = spawnSync('stap', args, { input: file.text, encoding: 'utf8' });
    const diagnostics = new Diagnostics();
    const source = { file: file.path, text: file.text };
    const script = parse(source, { ...OPTIONS, args: file.args, macros }, diagnostics);
    compared += 1;
    if ((stap.status === 0) === diagnostics.hasErrors) {
      const ours = diagnostics.list[0]?.message ?? 'accepted';
      process.stdout.write(
        `${file.path}: stap exits ${stap.status}, here: ${ours}\n${stap.stderr.slice(0, 400)}\n`,
      );
      continue;
    }
    if (stap.status !== 0) {
      same += 1;
      continue;
    }
    let rest = normalize(stap.stdout.replace(/^# .*$/gm, ''));
    const missing: string[] = [];
    // The longest first: a short one may be part of another.
    const items = script.items.flatMap(itemAsSystemTap).sort((a, b) => b.length - a.length);
    for (const item of items) {
      const at = rest.indexOf(item);
      if (at < 0) missing.push(item);
      else rest = rest.slice(0, at) + rest.slice(at + item.length);
    }
    if (missing.length === 0 && rest === '') same += 1;
    else {
      process.stdout.write(
        `${file.path}\n  here: ${missing[0]?.slice(0, 2000)}\n  stap: ${rest.slice(0, 2000)}\n`,
      );
    }
  }
  process.stdout.write(`${same} of ${compared} alike\n`);
  if (same !== compared || compared === 0) process.exitCode = 1;
}
