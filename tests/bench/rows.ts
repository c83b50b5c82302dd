/** What is compared with what: the table of `npm run bench`. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBundled } from '../../src/kernel/bundled.ts';
import type { FetchedKernel } from '../kernel/fetch/fetch.ts';
import { stapCommand } from '../kernel/oracle/stap.ts';
import type { Contestant } from './measure.ts';
import { callsScript, helloScript, manyProbesScript, PROBED_FUNCTIONS, wideScript } from './scripts.ts';

export interface Row {
  readonly name: string;
  readonly ours: Contestant;
  readonly theirs?: Contestant;
  /** Greatest quotient of the two, or of seconds where there is nothing to divide by. */
  readonly atMost: number;
  readonly repetitions: number;
}

const TAPC = fileURLToPath(new URL('../../bin/tapc', import.meta.url));

const node: Contestant = { name: 'node -e 0', command: () => [process.execPath, '-e', '0'] };

/** All rows; those against SystemTap only where `stap` is there. `scratch` is an empty folder that outlives the runs. */
export async function benchRows(kernel: FetchedKernel, hasStap: boolean, scratch: string): Promise<Row[]> {
  const hello = compile('compile hello', helloScript, kernel);
  const rows: Row[] = [{ name: hello.name, ours: hello, theirs: node, atMost: 2.0, repetitions: 15 }];
  if (hasStap) rows.push(...(await stapRows(kernel, hello, scratch)));
  const thousand = compile('compile 1,000 probes', () => manyProbesScript(1000), kernel);
  const tenThousand = compile('compile 10,000 probes', () => manyProbesScript(10_000), kernel);
  const imported: Contestant = {
    name: 'kernels import of a vmlinuz',
    command: (_, folder) => ['env', `TAPC_CACHE=${folder}/cache`, TAPC, 'kernels', 'import', kernel.vmlinuz],
  };
  rows.push(
    { name: imported.name, ours: imported, atMost: 3, repetitions: 5 },
    { name: thousand.name, ours: thousand, atMost: 1.5, repetitions: 5 },
    { name: 'ten times that', ours: tenThousand, theirs: thousand, atMost: 12, repetitions: 3 },
  );
  return rows;
}

async function stapRows(kernel: FetchedKernel, hello: Contestant, scratch: string): Promise<Row[]> {
  const calls = openBundled(kernel.line).functions('__{x64,ia32}_*sys_*');
  const stap = await stapCommand(kernel, scratch, [...PROBED_FUNCTIONS, ...calls, 'sys_ni_syscall']);
  const warm = path.join(scratch, 'stap');
  const p3 = (name: string, script: (n: number) => string): Contestant => ({
    name,
    environment: { SYSTEMTAP_DIR: warm },
    command: (n, folder) => [...stap, '-p3', file(folder, 'x.stp', script(n))],
  });
  const p4 = (name: string, home: (folder: string) => string): Contestant => ({
    name,
    command: (n, folder) => {
      const script = file(folder, 'x.stp', helloScript(n + 1000));
      return ['env', `SYSTEMTAP_DIR=${home(folder)}`, ...stap, '-p4', script];
    },
  });
  const wide = compile('compile 20 functions, 10 points', (n) => wideScript(n, 'tapc'), kernel);
  const build: Contestant = {
    name: 'build hello',
    command: (n, folder) => {
      const script = file(folder, 'x.stp', helloScript(n));
      const tree = ['--headers', kernel.headers, '--cc', kernel.cc];
      return [TAPC, 'build', '-r', kernel.line, ...tree, '-o', `${folder}/m`, script];
    },
  };
  const systemCalls: Contestant = {
    name: 'check 37 system calls',
    command: (n, folder) => [TAPC, 'check', '-r', kernel.line, file(folder, 'x.stp', callsScript(n))],
  };
  const systemCallsOfStap: Contestant = {
    name: 'stap -p2',
    environment: { SYSTEMTAP_DIR: warm },
    command: (n, folder) => [...stap, '-p2', file(folder, 'x.stp', callsScript(n))],
  };
  const first = p4('stap -p4, first on this kernel', (folder) => `${folder}/stap`);
  return [
    { name: hello.name, ours: hello, theirs: p3('stap -p3', helloScript), atMost: 0.5, repetitions: 11 },
    {
      name: wide.name,
      ours: wide,
      theirs: p3('stap -p3', (n) => wideScript(n, 'stap')),
      atMost: 0.5,
      repetitions: 7,
    },
    { name: systemCalls.name, ours: systemCalls, theirs: systemCallsOfStap, atMost: 0.33, repetitions: 5 },
    { name: build.name, ours: build, theirs: p4('stap -p4, warm', () => warm), atMost: 0.6, repetitions: 5 },
    { name: build.name, ours: build, theirs: first, atMost: 0.1, repetitions: 3 },
  ];
}

function compile(name: string, script: (n: number) => string, kernel: FetchedKernel): Contestant {
  return {
    name,
    command: (n, folder) => {
      const text = file(folder, 'x.stp', script(n));
      return [TAPC, 'compile', '-r', kernel.line, '-o', `${folder}/x.c`, text];
    },
  };
}

function file(folder: string, name: string, text: string): string {
  const whole = path.join(folder, name);
  writeFileSync(whole, text);
  return whole;
}
