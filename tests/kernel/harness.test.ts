/** The harness itself: it must see every way in which a module can go wrong, and go on with the next one. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BuiltModule, buildModules, guestPrograms } from './build.ts';
import { type FetchedKernel, fetchKernel } from './fetch/fetch.ts';
import type { Sample } from './sample/find.ts';
import { sampleJob } from './sample/guest.ts';
import { judge } from './sample/judge.ts';
import { runInVm, type VmJob, type VmJobResult } from './vm.ts';

const MODULES = [
  'hm_hello',
  'hm_oops',
  'hm_warn',
  'hm_panic',
  'hm_spin',
  'hm_pinned',
  'hm_untidy',
  'hm_broken',
  'hm_undefined',
];

describe.each(['6.1', '6.12'])('on %s', (line) => {
  let kernel: FetchedKernel;
  let built: Map<string, BuiltModule>;
  let results: Map<string, VmJobResult>;

  beforeAll(async () => {
    kernel = await fetchKernel(line);
    const sources = MODULES.map(async (name) => ({
      name,
      c: await readFile(new URL(`handmade/${name}.c`, import.meta.url), 'utf8'),
    }));
    built = new Map((await buildModules(kernel, await Promise.all(sources))).map((m) => [m.name, m]));
    const jobs: VmJob[] = [
      { name: 'stream', script: STREAM, files: ko('hm_hello') },
      load('hm_warn'),
      load('hm_oops'),
      { name: 'after the fault', script: 'echo still here' },
      load('hm_pinned'),
      { name: 'after the module that stays', script: 'cat /proc/modules' },
      load('hm_panic'),
      { name: 'after the panic', script: 'echo $((6 * 7)); exit 3' },
      { ...load('hm_spin'), timeout: 4 },
      { name: 'forgets to unload', script: 'insmod ./hm_hello.ko', files: ko('hm_hello') },
      { name: 'sleeps', script: 'sleep 60', timeout: 2 },
      sampleJob(SAMPLE, built.get('hm_hello')?.ko ?? ''),
      { name: 'calls', script: 'calls getppid 1000 && calls read 10' },
      { name: 'a lot', script: 'head -c 3000000 /dev/urandom >$OUT/bytes; sha256sum <$OUT/bytes' },
    ];
    const run = await runInVm(kernel, jobs, { programs: await guestPrograms(kernel.machine) });
    results = new Map(run.map((result) => [result.name, result]));
  });

  const ko = (name: string): Record<string, { path: string }> => {
    const path = built.get(name)?.ko;
    return path === undefined ? {} : { [`${name}.ko`]: { path } };
  };
  const load = (name: string): VmJob => ({ name, script: `insmod ./${name}.ko`, files: ko(name) });
  const result = (name: string): VmJobResult => {
    const found = results.get(name);
    if (found === undefined) throw new Error(`no result of ${name}`);
    return found;
  };

  test('a sound module builds without a message', () => {
    expect(built.get('hm_hello')).toMatchObject({ messages: [], ko: expect.stringContaining('hm_hello.ko') });
  });

  test.each([
    ['hm_untidy', /unused variable/],
    ['hm_broken', /no_such_name.* undeclared/],
    ['hm_undefined', /no_such_function.* undefined/],
  ])('the build tells what is wrong with %s', (name, message) => {
    expect(built.get(name)?.messages.join('\n')).toMatch(message);
  });

  test('a module that is wrong spoils no other of its batch', () => {
    expect(built.get('hm_broken')?.ko).toBeUndefined();
    expect(built.get('hm_undefined')?.ko).toBeUndefined();
    expect(built.get('hm_spin')).toMatchObject({ messages: [], ko: expect.any(String) });
  });

  test('streams a trace while the module runs', () => {
    const run = result('stream');
    expect(run).toMatchObject({ outcome: 'exited', exitStatus: 0, problems: [], stderr: '' });
    expect(run.files.get('trace')?.toString()).toBe('begin\nhit\nhit\nend\n');
    expect(run.stdout).toMatch(/^probe 0 hits=2 /m);
  });

  test('a warning and a fault in the kernel are problems, and stay with their job', () => {
    expect(result('hm_warn').problems.join('\n')).toMatch(/WARNING/);
    expect(result('hm_oops').problems.join('\n')).toMatch(/BUG: kernel NULL pointer dereference/);
    expect(result('after the fault')).toMatchObject({
      outcome: 'exited',
      stdout: 'still here\n',
      problems: [],
    });
  });

  test('after a module that cannot be unloaded the guest is booted again', () => {
    expect(result('hm_pinned').problems.join('\n')).toMatch(/left loaded: hm_pinned/);
    expect(result('after the module that stays')).toMatchObject({ stdout: '', problems: [] });
  });

  test('a panic is told with the console, and the jobs after it run', () => {
    expect(result('hm_panic').outcome).toBe('crashed');
    expect(result('hm_panic').problems.join('\n')).toMatch(/Kernel panic.*as it was written to/);
    expect(result('after the panic')).toMatchObject({ exitStatus: 3, stdout: '42\n', problems: [] });
  });

  test('a guest that hangs is given up in bounded time', () => {
    expect(result('hm_spin').outcome).toBe('hung');
    expect(result('hm_spin').seconds).toBeLessThan(60);
  });

  test('a module left loaded is a problem, and gone for the next job', () => {
    expect(result('forgets to unload').problems).toEqual(['left loaded: hm_hello']);
  });

  test('a job that takes too long is killed', () => {
    expect(result('sleeps').outcome).toBe('timeout');
  });

  test.each([
    ['begin\n{word}\nhit\nend\n', []],
    ['begin\nhit\n{n}\nend\n', ['output, line 3: expected {n}\n      got hit']],
  ])('a sample is judged by what it must print: %j', async (expected, wrong) => {
    const found = await judge({ ...SAMPLE, expected }, result(SAMPLE.name));
    expect(found.filter((line) => !line.startsWith('---'))).toEqual(wrong);
  });

  test('helper programs are there', () => {
    expect(result('calls').stdout).toMatch(/^pid \d+\nns \d+\npid \d+\nns \d+\n$/);
  });

  test('megabytes come back whole', () => {
    const run = result('a lot');
    expect(run.files.get('bytes')?.length).toBe(3_000_000);
  });
});

const SAMPLE: Sample = {
  name: 'harness/sample',
  folder: '',
  module: 'hm_hello',
  script: '',
  options: {
    flags: [],
    args: [],
    parameters: [],
    ends: 'stop',
    timeout: 10,
    anyOrder: false,
    loses: false,
    fails: false,
    refused: false,
    imports: [],
    modules: [],
    oneAtATime: false,
  },
  workload: 'echo hit >$TAPC/control; echo hit >$TAPC/control; echo n=7 >>$BIND',
  expected: undefined,
  expectedOn: new Map(),
  expectedStatus: '...\nprobe 0 hits=2 {any}\n',
  expectedLog: undefined,
  check: undefined,
};

const STREAM = `
insmod ./hm_hello.ko || exit 1
folder=/sys/kernel/debug/tapc/hm_hello
cat $folder/trace >$OUT/trace &
echo hit >$folder/control
echo hit >$folder/control
echo stop >$folder/control
wait $!
cat $folder/status
rmmod hm_hello
`;
