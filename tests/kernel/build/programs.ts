/** The guest's helper programs: each `../guest/*.c`, linked statically, built once for each kind of machine. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../src/kernel/cache.ts';
import type { Machine } from '../machines.ts';

const run = promisify(execFile);
const FLAGS = ['-O2', '-static', '-Wall', '-Wextra', '-Werror', '-pthread'];

/** Paths on the host by name in the guest's /bin: what `VmOptions.programs` takes. */
export async function guestPrograms(machine: Machine): Promise<Record<string, string>> {
  const sources = fileURLToPath(new URL('../guest/', import.meta.url));
  const programs: Record<string, string> = {};
  for (const file of (await readdir(sources)).filter((name) => name.endsWith('.c')).sort()) {
    const name = path.basename(file, '.c');
    programs[name] = await buildProgram(path.join(sources, file), name, machine);
  }
  return programs;
}

async function buildProgram(source: string, name: string, machine: Machine): Promise<string> {
  const compiler = `${machine.tools}gcc-12`;
  const hash = createHash('sha256')
    .update(await readFile(source))
    .update([compiler, ...FLAGS].join(' '))
    .digest('hex');
  const program = path.join(cacheFolder(), 'programs', `${name}-${hash.slice(0, 16)}`);
  if (!existsSync(program)) {
    await mkdir(path.dirname(program), { recursive: true });
    const part = `${program}.${process.pid}.part`;
    await run(compiler, [...FLAGS, '-o', part, source]);
    await rename(part, program);
  }
  return program;
}
