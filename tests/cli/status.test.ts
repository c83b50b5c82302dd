import { expect, test } from 'vitest';
import { lossesOf } from '../../src/cli/status.ts';

const status = (probe: string, dropped = 0) =>
  `module hello\nscript hello.stp\nstate done\noutput records 12 bytes 480 dropped ${dropped}\nstrings truncated 0\nerrors 0\nmap reads full 3\n${probe}\n`;

test('a status without losses says nothing', () => {
  const clean = status('probe 0 hits=12 recorded=12 errors=0 missed=0 skipped=0 where=a.stp:1:1 point=begin');
  expect(lossesOf(clean.replace('full 3', 'full 0'))).toEqual([]);
});

test('every loss is told with its reason', () => {
  const line =
    'probe 0 hits=12 recorded=10 errors=0 missed=4 skipped=2 lock=2 where=a.stp:1:1 point=kernel.function("x=1")';
  expect(lossesOf(status(line, 7))).toEqual([
    '7 output records were lost: the buffer was full (a larger one: -D TAPC_BUFFER=…)',
    'map reads: full 3',
    '4 hits of kernel.function("x=1") were dropped by the kernel before the handler could run',
    '2 hits of kernel.function("x=1") were skipped (lock 2)',
  ]);
});
