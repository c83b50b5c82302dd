import { describe, expect, test } from 'vitest';
import { aliasDocs, explainName } from '../../src/cli/explain/name.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { checkScript } from '../../src/pipeline.ts';
import { check, diagnosticLines, moduleRequest, planOf } from '../support/check.ts';
import {
  aliasScript,
  callableFunctions,
  isThere,
  scriptOf,
  tapsetAliases,
  tapsetFunctions,
} from './functions.ts';
import { functionsWithValues, pureFunctions } from './pure.ts';
import { reference } from './reference.ts';

const functions = callableFunctions();
const aliases = tapsetAliases();
/** Those of system calls are many, and stand on the same two tracepoints everywhere: one kernel tells. */
const aliasAreas = [...new Set(aliases.map((a) => a.area))].filter(
  (area) => area !== 'syscalls' && area !== 'output',
);
const areas = [...new Set(functions.map((f) => f.area))];

test('every function says what it does', () => {
  expect(functions.filter((f) => f.item.doc === undefined).map((f) => `${f.file}: ${f.item.name}`)).toEqual(
    [],
  );
});

test('every alias says what it is', () => {
  expect(aliases.filter((a) => a.item.doc === undefined).map((a) => `${a.file}: ${a.name}`)).toEqual([]);
});

test('tapc list -L and tapc explain know what each alias is, and each function', () => {
  const docs = aliasDocs(aliases.map((a) => a.name));
  expect(aliases.filter((a) => (docs.get(a.name) ?? '') === '').map((a) => a.name)).toEqual([]);
  for (const area of areas) {
    const item = functions.find((f) => f.area === area)?.item;
    expect(explainName(item?.name ?? '')).toContain(item?.doc);
  }
  for (const area of aliasAreas) {
    const alias = aliases.find((a) => a.area === area);
    expect(explainName(alias?.name ?? '')).toContain(alias?.item.doc);
  }
});

test('every parameter has a type', () => {
  const untyped = functions.filter(({ item }) => item.params.some((p) => p.type === undefined));
  expect(untyped.map((f) => `${f.file}: ${f.item.name}`)).toEqual([]);
});

test('every pure function is called in a sample that knows its value', () => {
  const known = functionsWithValues();
  const pure = pureFunctions();
  expect(pure.length).toBeGreaterThan(200);
  expect(pure.filter((at) => !known.has(at))).toEqual([]);
});

test('the reference tells what each alias stands on, and of each function', () => {
  const text = reference(['6.12']);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.length).toBe(aliases.length + tapsetFunctions().length);
  const bare = rows.filter((line) => / \| none \| /.test(line)).map((line) => line.split('`')[1]);
  // Calls that this architecture or this kernel has not got; names that stand for others with more behind them.
  const ELSEWHERE = /^(?:nd_|tp_)?syscall\.|^\w+_syscall$/;
  expect(bare.filter((name = '') => !ELSEWHERE.test(name) && !NEEDS_MORE.test(name))).toEqual([]);
  expect(text).toMatch(/^- 6\.12: 1[0-9]\d\d of 1\d\d\d aliases; \d+ \(\d\d%\) stand on tracepoints/m);
});

/** What stands for points only with more behind it: others are made of it. */
const NEEDS_MORE = /^netfilter\.packets/;

/** Said of aliases on functions that the kernel's types do not have, and where a stack says more than BTF. */
const EXPECTED = /^warning (?:function-untyped|lock-for-print) /;

const KERNELS = ['5.10', '6.1', '6.12', '7.2', '7.3', '6.1-arm64', '6.12-arm64', '7.3-arm64'];

describe.each(KERNELS)('on %s', (kernel) => {
  test('all functions become a module', () => {
    const result = planOf(scriptOf(functions), { kernel, guru: true });
    const said = diagnosticLines(result).filter((line) => !line.includes('lock-for-print'));
    expect(said).toEqual([]);
    expect(result.plan?.functions.length).toBeGreaterThanOrEqual(functions.length);
  });

  test('all aliases have points, and their variables values', () => {
    const used = aliases.filter(
      (a) =>
        aliasAreas.includes(a.area) &&
        !NEEDS_MORE.test(a.name) &&
        isThere(a.name, selectProfile(kernel).profile),
    );
    const said = diagnosticLines(check(aliasScript(used), { kernel, guru: true }));
    expect(said.filter((line) => !EXPECTED.test(line))).toEqual([]);
  });
});

test('the variables of all system calls have values', () => {
  const used = aliases.filter((a) => a.area === 'syscalls');
  const said = diagnosticLines(check(aliasScript(used), { guru: true }));
  expect(said.filter((line) => !EXPECTED.test(line))).toEqual([]);
});

/** The files of the tapset that a script has read, in the order of their names. */
function filesRead(script: string): string[] {
  const request = moduleRequest(script);
  const read = new Set<string>();
  const watched = request.tapset.map((file) => ({
    ...file,
    tree: () => {
      read.add(file.file.split('/').slice(-2).join('/'));
      return file.tree?.();
    },
  }));
  expect(checkScript({ ...request, tapset: watched }).diagnostics).toEqual([]);
  return [...read].sort();
}

test.each([
  ['probe begin { exit() }', ['logging/logging.stp']],
  ['probe syscall.getpid { println(name) }', ['syscalls/processes.stp']],
  [
    'probe syscall.openat { println(argstr) }',
    ['conversions/user.stp', 'syscalls/decode.stp', 'syscalls/files.stp', 'syscalls/flags.stp'],
  ],
  [
    'probe vfs.read { println(bytes_to_read) }',
    [
      'context/task.stp',
      'conversions/kernel.stp',
      'files/dentry.stp',
      'files/paths.stp',
      'files/vfs.stp',
      'names/device.stp',
    ],
  ],
  [
    'probe scheduler.ctxswitch { println(next_pid) }',
    ['context/task.stp', 'conversions/kernel.stp', 'scheduler/scheduler.stp'],
  ],
  [
    'probe tcp.sendmsg { println(size) }',
    ['net/addresses.stp', 'net/bytes.stp', 'net/inet_sock.stp', 'net/tcp.stp'],
  ],
  [
    'probe cgroup.mkdir { println(path) }',
    ['cgroup/cgroup.stp', 'cgroup/functions.stp', 'conversions/kernel.stp'],
  ],
  [
    'probe nfs.proc.lookup { println(filename) }',
    ['conversions/kernel.stp', 'files/dentry.stp', 'net/addresses.stp', 'net/bytes.stp', 'net/nfs.stp'],
  ],
])('%s reads only the files that define what it reaches', (script, files) => {
  expect(filesRead(script)).toEqual(files);
});
