import { expect, test } from 'vitest';
import { costsOf, lossesOf } from '../../src/cli/status.ts';

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
    '7 output records were lost: the buffer was full (a larger one: -s MB, or buffer=MB of insmod)',
    'map reads: full 3',
    '4 hits of kernel.function("x=1") were dropped by the kernel before the handler could run',
    '2 hits of kernel.function("x=1") were skipped (lock 2)',
  ]);
});

test('what the kernel refused is named, and counted where there are many', () => {
  const probes =
    'probe 0 hits=0 recorded=0 errors=0 missed=0 skipped=0 refused=3 where=a.stp:1:1 point=kernel.function("x*")\n' +
    'probe 1 hits=0 recorded=0 errors=0 missed=0 skipped=0 refused=1 where=a.stp:2:1 point=kernel.trace("y")\n' +
    'refused probe=0 error=-22 place=xa\nrefused probe=0 error=-22 place=xb\nrefused probe=1 error=-2 place=kernel.trace("y")';
  expect(lossesOf(status(probes).replace('full 3', 'full 0'))).toEqual([
    '3 of kernel.function("x*") left out, the kernel lets no probe there: xa (error -22), xb (error -22), 1 more',
    '1 of kernel.trace("y") left out, the kernel lets no probe there: kernel.trace("y") (error -2)',
  ]);
});

const TWO =
  'probe 0 hits=12 recorded=12 errors=0 missed=0 skipped=0 where=a.stp:1:7 point=kernel.function("x")\n' +
  'probe 1 hits=3 recorded=3 errors=0 missed=0 skipped=0 where=a.stp:2:7 point=end\n';

test('an overload is told, with each probe and its part', () => {
  const text = status(
    `${TWO}overload stopped 1 rests 2\ncost 0 cycles=900 percent=90\ncost 1 cycles=100 percent=10`,
  ).replace('full 3', 'full 0');
  expect(lossesOf(text)).toEqual([
    'the script rested 2 times: its handlers took too much time',
    'the script was ended: its handlers took too much time (rest instead: -D TAPC_THROTTLE; no limit: -D STP_NO_OVERLOAD)',
  ]);
  expect(costsOf(text)).toEqual([
    'probe kernel.function("x") (a.stp:1:7): 90% of the handlers\' time',
    "probe end (a.stp:2:7): 10% of the handlers' time",
  ]);
});

test('-t tells what the hits of each probe took; hits that waited are no loss', () => {
  const text = status(`${TWO}late 0 hits=4\ntime 0 hits=12 min=80 avg=95 max=4000`).replace(
    'full 3',
    'full 0',
  );
  expect(lossesOf(text)).toEqual([]);
  expect(costsOf(text)).toEqual([
    'probe kernel.function("x") (a.stp:1:7): hits 12, ns 80 min / 95 avg / 4000 max',
  ]);
});
