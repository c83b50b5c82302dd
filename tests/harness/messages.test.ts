import { expect, test } from 'vitest';
import { sortMessages } from '../kernel/build/messages.ts';

const OUTPUT = `make: Entering directory '/headers'
  CC [M]  /tmp/b/one.o
/tmp/b/one.c: In function 'f':
/tmp/b/one.c:5:3: warning: unused variable 'x' [-Wunused-variable]
    5 |   int x;
      |       ^
  CC [M]  /tmp/b/two.o
In file included from /headers/include/linux/a.h:3,
                 from /tmp/b/two.c:2:
/headers/include/linux/b.h:7:1: error: static assertion failed: "offset"
    7 | _Static_assert
make[1]: *** [/headers/Makefile.build:250: /tmp/b/two.o] Error 1
  MODPOST /tmp/b/Module.symvers
WARNING: modpost: "no_such" [/tmp/b/three.ko] undefined!
WARNING: modpost: missing MODULE_DESCRIPTION() in /tmp/b/four.o
/headers/include/linux/c.h:1:1: warning: of nobody's
`;

test('messages go to the module that they are about', () => {
  const sorted = sortMessages(OUTPUT, ['one', 'two', 'three', 'four', 'five']);
  expect(Object.fromEntries([...sorted].map(([name, { failed }]) => [name, failed]))).toEqual({
    one: false,
    two: true,
    three: true,
    four: false,
    five: false,
  });
  expect(sorted.get('one')?.messages).toEqual([
    [
      "/tmp/b/one.c: In function 'f':",
      "/tmp/b/one.c:5:3: warning: unused variable 'x' [-Wunused-variable]",
      '    5 |   int x;',
      '      |       ^',
    ].join('\n'),
  ]);
  expect(sorted.get('two')?.messages.join()).toMatch(/^In file included.*static assertion failed/s);
  expect(sorted.get('three')?.messages).toHaveLength(1);
  expect(sorted.get('four')?.messages).toHaveLength(1);
  expect(sorted.get('five')?.messages).toEqual([]);
});
