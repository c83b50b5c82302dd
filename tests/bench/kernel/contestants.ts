/** Makes the modules that a bench loads: tapc's, those written by hand, and SystemTap's. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildModules, type ModuleSource } from '../../kernel/build.ts';
import type { FetchedKernel } from '../../kernel/fetch/fetch.ts';
import { stapCommand } from '../../kernel/oracle/stap.ts';
import { type Mechanism, PROBED_FUNCTIONS, type Row } from './rows.ts';

const run = promisify(execFile);
const BY_HAND = fileURLToPath(new URL('by-hand/', import.meta.url));
const TAPC = fileURLToPath(new URL('../../../bin/tapc', import.meta.url));

/** As `tapc build` has it, and fair to both: no calls of ftrace in the modules themselves. */
const UNTRACED = 'ccflags-remove-y += $(CC_FLAGS_FTRACE)\n';

export type Kind = 'hand' | 'tapc' | 'stap';

/** A module that serves the hits of a row. */
export interface Contestant {
  readonly row: Row;
  readonly kind: Kind;
  readonly name: string;
  readonly ko: string;
}

/** What is measured on `kernel`. `scratch` is an empty folder. Throws where anything of it does not build. */
export async function contestants(
  kernel: FetchedKernel,
  rows: readonly Row[],
  options: { readonly stap: boolean; readonly scratch: string },
): Promise<Contestant[]> {
  const plans = rows.flatMap((row) => [
    { row, kind: 'hand' as const, name: `hand_${row.name}` },
    ...(row.script === undefined ? [] : [{ row, kind: 'tapc' as const, name: `tapc_${row.name}` }]),
  ]);
  const sources: ModuleSource[] = [];
  for (const plan of plans) {
    const c =
      plan.kind === 'hand'
        ? await handSource(plan.row, kernel)
        : await tapcSource(plan.row, plan.name, kernel, options.scratch);
    sources.push({ name: plan.name, c, kbuild: UNTRACED });
  }
  const built = await buildModules(kernel, sources);
  const made = plans.map((plan, i): Contestant => {
    const ko = built[i]?.ko;
    if (ko === undefined) throw new Error(`${plan.name}: ${built[i]?.messages.join('\n')}`);
    return { ...plan, ko };
  });
  if (options.stap) made.push(...(await stapModules(kernel, rows, options.scratch)));
  return made;
}

/** One file: a work, the mechanism that calls it, and the module around both. */
async function handSource(row: Row, kernel: FetchedKernel): Promise<string> {
  const by = mechanismFile(
    row.mechanism,
    await readFile(path.join(kernel.headers, 'Module.symvers'), 'utf8'),
  );
  const parts = [`work/${row.work}.h`, `by/${by}.h`, 'module.h'];
  const texts = await Promise.all(parts.map(withIncludes));
  return `#include <linux/module.h>\n#include <linux/hash.h>\n#include <linux/vmalloc.h>\n\n${texts.join('\n')}`;
}

function mechanismFile(mechanism: Mechanism, exported: string): string {
  if (mechanism !== 'return') return mechanism;
  return /\tregister_fprobe\t/.test(exported) ? 'fprobe' : 'kretprobe';
}

/** A file of `by-hand/`, with its own `#include "…"` written out: a module is built from one file. */
async function withIncludes(file: string): Promise<string> {
  const text = await readFile(path.join(BY_HAND, file), 'utf8');
  const [line, included] = /^#include "(.*)"\n/m.exec(text) ?? [];
  if (line === undefined || included === undefined) return text;
  return text.replace(line, await withIncludes(included));
}

async function tapcSource(row: Row, name: string, kernel: FetchedKernel, scratch: string): Promise<string> {
  const script = path.join(scratch, `${name}.stp`);
  const c = path.join(scratch, `${name}.c`);
  await writeFile(script, row.script ?? '');
  await run(TAPC, ['compile', '-r', kernel.line, '-m', name, '-o', c, script]);
  return readFile(c, 'utf8');
}

/** SystemTap's modules. Throws where it is not installed or does not build them for this kernel. */
async function stapModules(
  kernel: FetchedKernel,
  rows: readonly Row[],
  scratch: string,
): Promise<Contestant[]> {
  const folder = path.join(scratch, `stap-${kernel.line}`);
  await mkdir(folder);
  const [program = '', ...words] = await stapCommand(kernel, folder, PROBED_FUNCTIONS);
  const env = { ...process.env, SYSTEMTAP_DIR: path.join(folder, 'home') };
  const made: Contestant[] = [];
  for (const row of rows) {
    const script = row.stapScript ?? row.script;
    if (script === undefined) continue;
    const name = `stap_${row.name}`;
    await writeFile(path.join(folder, `${name}.stp`), script);
    await run(program, [...words, '-p4', '-m', name, `${name}.stp`], { cwd: folder, env });
    const ko = path.join(folder, `${name}.ko`);
    if (!existsSync(ko)) throw new Error(`stap made no ${ko}`);
    made.push({ row, kind: 'stap', name, ko });
  }
  return made;
}
