/** `tapc run` itself, in a guest that has Node: it loads, streams, stops on Ctrl-C, unloads, and tells what was lost. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { emit } from '../../src/5-emit/index.ts';
import { planModule } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';
import { buildModules, guestPrograms } from './build.ts';
import { fetchKernel } from './fetch/fetch.ts';
import { runInVm, type VmJobResult } from './vm.ts';

const LINE = '6.12';
const root = join(import.meta.dirname, '..', '..');
const SNAPSHOT = `dist/tapc-${process.version}.blob`;

const SCRIPTS = {
  many_lines: 'probe begin { for (i = 0; i < 9000; i++) printf("line %d\\n", i) exit() }',
  until_stopped:
    'probe timer.ms(10) { n++ } probe end { println("ended after some ticks: ", n > 3) } global n',
  about:
    'global n probe begin { println("begin ", target()) } probe kernel.function("do_filp_open") { if (pid() == target()) n++ } probe end { println("end ", n > 0) }',
  keys: 'probe input.char { print(char) } probe input.line { if (line == "quit\\n") exit() }',
  typed:
    'probe input.char { printf("<%s>", char == "\\n" ? "return" : char) if (char == "q") exit() } probe end { println("end") }',
  no_end: 'probe begin { println("first") } probe timer.ms(10) { println("more") }',
  shared_name: 'probe kernel.function("name_show") { println(1) } probe begin { exit() }',
  too_small: 'global a[2] probe begin { for (i = 0; i < 3; i++) try { a[i] = i } catch { } exit() }',
};

/** What the guest needs to run the built tapc, by path in the job's folder. */
async function nodeAndTapc(): Promise<Record<string, { path: string }>> {
  const node = await realpath(process.execPath);
  const libraries = [...execFileSync('ldd', [node], { encoding: 'utf8' }).matchAll(/(\/\S+) \(/g)].map(
    (m) => m[1] ?? '',
  );
  const tapc = ['package.json', 'dist/tapc.cjs', SNAPSHOT];
  return Object.fromEntries([
    ['node', { path: node }],
    ...libraries.map((path) => [`lib/${basename(path)}`, { path }] as const),
    ...tapc.map((path) => [`tapc/${path}`, { path: join(root, path) }] as const),
  ]);
}

/** As bin/tapc starts it, by the libraries that were brought along. */
async function startCommand(): Promise<string> {
  const flags = (await readFile(join(root, 'dist/v8-flags'), 'utf8')).trim();
  return `./lib/ld-linux-x86-64.so.2 --library-path ./lib ./node ${flags} --snapshot-blob tapc/${SNAPSHOT} tapc/dist/tapc.cjs`;
}

let results: Map<string, VmJobResult>;

beforeAll(async () => {
  const kernel = await fetchKernel(LINE);
  const sources = Object.entries(SCRIPTS).map(([name, text]) => {
    const { plan, diagnostics } = planModule({ ...moduleRequest(text, { kernel: LINE }), module: name });
    if (plan === undefined) throw new Error(diagnostics.map((d) => d.message).join('\n'));
    return { name, c: emit(plan)[0]?.text ?? '' };
  });
  const built = await buildModules(kernel, sources);
  const folder = await mkdtemp(join(tmpdir(), 'tapc-run-'));
  try {
    const tapc = join(folder, 'tapc-run');
    await writeFile(tapc, `#!/bin/sh\nexec ${await startCommand()} run "$@"\n`);
    const files = {
      ...(await nodeAndTapc()),
      'tapc-run': { path: tapc },
      ...Object.fromEntries(built.map((m) => [`${m.name}.ko`, { path: m.ko ?? '' }])),
    };
    const all = `
sh ./tapc-run many_lines.ko >$OUT/many_lines 2>$OUT/many_lines.err; echo "many_lines $?"
sh ./tapc-run -c 'echo ran $$ >&2; exit 3' about.ko >$OUT/about 2>$OUT/about.err; echo "about $?"
sh ./tapc-run -c 'cat /proc/version >/dev/null' about.ko >$OUT/about_cat; echo "about_cat $?"
sh ./tapc-run -x 77 about.ko >$OUT/about_x &
while [ ! -e /sys/kernel/debug/tapc/about/control ]; do sleep 0.1; done
sleep 1
echo stop >/sys/kernel/debug/tapc/about/control
wait $!; echo "about_x $?"
printf 'ab\\nquit\\nnever' | sh ./tapc-run keys.ko >$OUT/keys; echo "keys $?"
mkdir -p /dev/pts; mount -t devpts none /dev/pts
typist 'aB^Mq' sh ./tapc-run typed.ko >$OUT/typed
typist '^C' sh ./tapc-run typed.ko >$OUT/interrupted
typist '' sh ./tapc-run -o $OUT/hung_up typed.ko >/dev/null
sh ./tapc-run no_end.ko | head -n 1 >$OUT/first
sh ./tapc-run shared_name.ko 2>$OUT/shared_name.err; echo "shared_name $?"
sh ./tapc-run too_small.ko >$OUT/too_small 2>$OUT/too_small.err; echo "too_small $?"
${await startCommand()} run until_stopped.ko >$OUT/until_stopped 2>$OUT/until_stopped.err &
run=$!
while [ ! -e /sys/kernel/debug/tapc/until_stopped/trace ]; do sleep 0.1; done
sleep 2
kill -INT $run
wait $run; echo "until_stopped $?"
echo "modules: $(cat /proc/modules)"
`;
    const run = await runInVm(kernel, [{ name: 'run', script: all, files, timeout: 120 }], {
      memory: 1024,
      programs: await guestPrograms(kernel.machine),
    });
    results = new Map(run.map((result) => [result.name, result]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function fileOf(name: string): string {
  return results.get('run')?.files.get(name)?.toString('utf8') ?? 'no such file';
}

test('every run ends well and leaves no module behind', () => {
  const run = results.get('run');
  expect(run?.problems).toEqual([]);
  expect(run?.stdout).toBe(
    'many_lines 0\nabout 1\nabout_cat 0\nabout_x 0\nkeys 0\nshared_name 0\ntoo_small 0\nuntil_stopped 0\nmodules: \n',
  );
});

test('what a begin probe prints while insmod runs is read meanwhile', () => {
  const lines = Array.from({ length: 9000 }, (_, i) => `line ${i}\n`).join('');
  expect(fileOf('many_lines')).toBe(lines);
  expect(fileOf('many_lines.err')).toBe('');
});

test('Ctrl-C runs the end probes', () => {
  expect(fileOf('until_stopped')).toBe('ended after some ticks: 1\n');
});

test('a command is let go when the begin probes are through, and the script ends with it', () => {
  const [, pid] = /^begin (\d+)\nend \d\n$/.exec(fileOf('about')) ?? [];
  expect(fileOf('about.err')).toBe(`ran ${pid}\ntapc: the command exited with status 3\n`);
  expect(fileOf('about_cat')).toMatch(/^begin \d+\nend 1\n$/);
});

test('-x points a script at a process', () => {
  expect(fileOf('about_x')).toBe('begin 77\nend 0\n');
});

test('what comes in is handed to the script, until it ends', () => {
  expect(fileOf('keys')).toBe('ab\nquit\n');
});

test('on a terminal, keys come as they are typed, none is shown by the terminal, and it is left as it was', () => {
  expect(fileOf('typed')).toBe('<a><B><return><q>end\r\nleft as it was, status 0\n');
});

test('Ctrl-C among the keys runs the end probes', () => {
  expect(fileOf('interrupted')).toBe('end\r\nleft as it was, status 0\n');
});

test('a reader that has seen enough ends the script', () => {
  expect(fileOf('first')).toBe('first\n');
});

test('a terminal that goes away ends the script', () => {
  expect(fileOf('hung_up')).toBe('end\n');
});

test('a probe by a name that several functions have is told', () => {
  expect(fileOf('shared_name.err')).toMatch(
    /^tapc: kernel\.function\("name_show"\): of \d+ functions of this name the first is probed\n$/,
  );
});

test('what did not fit is told', () => {
  expect(fileOf('too_small.err')).toBe('tapc: map a: full 1\n');
});
