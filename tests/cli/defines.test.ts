import { expect, test } from 'vitest';
import { parseDefines } from '../../src/cli/options.ts';

test.each([
  'MAXSTRINGLEN=31',
  'MAXSTRINGLEN=65537',
  'MAXSTRINGLEN=lots',
  'MAXSTRINGLEN=',
  'MAXACTION=-1',
  'MAXACTION=1000; int x',
  'MAXNESTING=1000',
  'MAXMAPENTRIES=0',
  'MAXMAPENTRIES=5000000000',
  'KRETACTIVE=5000',
  'INTERRUPTIBLE=0',
  'MAXTRYLOCK=20000',
  'STP_OVERLOAD_INTERVAL=10',
  'TAPC_THROTTLE=2',
  'TAPC_BUFFER=1000',
  'TAPC_BUFFER=3 << 20',
  'TAPC_BUFFER=1 << 29',
  'TAPC_STRLEN=1',
  'TAPC_SCRATCH=8',
  'FOO=1\nint x',
  '1=2',
])('-D %s is refused', (text) => {
  expect(() => parseDefines([text])).toThrow(`-D ${text}: `);
});

test.each([
  'MAXSTRINGLEN=4096',
  'MAXERRORS=0',
  'MAXMAPENTRIES=0x1000',
  'KRETACTIVE=20',
  'INTERRUPTIBLE=1',
  'MAXSKIPPED=0',
  'STP_OVERLOAD_THRESHOLD=500000000LL',
  'STP_NO_OVERLOAD',
  'TAPC_THROTTLE',
  'TAPC_BUFFER=65536',
  'TAPC_BUFFER=(1 << 22)',
  'FOO',
  'MAXACTION',
  'FOO=a b',
])('-D %s is taken', (text) => {
  const [name = '', value = '1'] = text.split('=');
  expect(parseDefines([text])).toEqual(new Map([[name, value]]));
});
