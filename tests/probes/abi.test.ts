/**
 * Where functions get their arguments, held against the compiler: for prototypes made up by the hundred, a caller compiled by gcc
 * calls a stub that keeps the registers and the stack as ftrace does, and what our expressions read there must be what was passed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CFunction, CType } from '../../src/kernel/types.ts';
import { abiOf, argumentValues, returnValue } from '../../src/probes/function/abi.ts';

interface Sample {
  readonly c: string;
  readonly type: CType;
  /** C initialiser from a 64-bit pattern. */
  readonly literal: (n: bigint) => string;
}

function integer(c: string, size: number, signed: boolean, bool = false): Sample {
  const type: CType = { kind: 'int', name: c, size, bits: size * 8, signed, bool, char: false };
  return { c, type, literal: (n) => (bool ? `${n & 1n}` : `(${c})${n}ULL`) };
}

function struct(words: number): Sample {
  const long: CType = {
    kind: 'int',
    name: 'long',
    size: 8,
    bits: 64,
    signed: true,
    bool: false,
    char: false,
  };
  const members = Array.from({ length: words }, (_, i) => ({
    name: `w${i}`,
    type: long,
    bitOffset: i * 64,
    bitSize: 64,
    bitfield: false,
  }));
  const type: CType = { kind: 'struct', name: `words_${words}`, size: words * 8, members };
  return { c: `struct words_${words}`, type, literal: (n) => `{ { ${n}LL } }` };
}

const VOID: CType = { kind: 'void' };
const CHOICES: readonly Sample[] = [
  integer('_Bool', 1, false, true),
  integer('signed char', 1, true),
  integer('unsigned char', 1, false),
  integer('short', 2, true),
  integer('unsigned short', 2, false),
  integer('int', 4, true),
  integer('unsigned int', 4, false),
  integer('long', 8, true),
  integer('unsigned long', 8, false),
  { c: 'void *', type: { kind: 'pointer', target: VOID }, literal: (n) => `(void *)${n}ULL` },
  {
    c: 'enum colour',
    type: { kind: 'enum', name: 'colour', size: 4, signed: false, values: [] },
    literal: (n) => `(enum colour)${n & 0xffn}`,
  },
  struct(1),
  struct(2),
  struct(3),
];

const RETURNS = [...CHOICES.slice(0, 3), struct(2), struct(3)];

const PRELUDE = `#include <stdio.h>
#include <stdint.h>
typedef int8_t s8; typedef int16_t s16; typedef int32_t s32; typedef int64_t s64;
typedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64;
enum colour { RED };
struct words_1 { long w[1]; };
struct words_2 { long w[2]; };
struct words_3 { long w[3]; };
struct pt_regs { unsigned long di, si, dx, cx, r8, r9, sp; };
struct pt_regs kept;
unsigned long stack[32];
#include <string.h>
#define tapc_in_memory(...) (long)(__VA_ARGS__)
#define tapc_stack_word(regs, n) stack[n]
#define kernel_stack_pointer(regs) (unsigned long)stack
void stub(void);
__asm__(".globl stub\\nstub:\\n"
	"movq %rdi, kept(%rip)\\nmovq %rsi, kept+8(%rip)\\nmovq %rdx, kept+16(%rip)\\nmovq %rcx, kept+24(%rip)\\n"
	"movq %r8, kept+32(%rip)\\nmovq %r9, kept+40(%rip)\\nmovq %rsp, kept+48(%rip)\\n"
	"movq %rdi, %rax\\nmovq (%rsp), %r11\\nleaq stack(%rip), %r10\\n"
	".set i, 0\\n.rept 24\\nmovq i*8(%rsp), %r11\\nmovq %r11, i*8(%r10)\\n.set i, i+1\\n.endr\\nret\\n");
static struct pt_regs *regs = &kept;
`;

test('arguments are read where the compiler puts them', () => {
  const abi = abiOf('x86_64');
  if (abi === undefined) throw new Error('no ABI');
  const prototype = fc.record({
    returns: fc.constantFrom(...RETURNS),
    params: fc.array(fc.tuple(fc.constantFrom(...CHOICES), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })), {
      maxLength: 12,
    }),
  });
  const cases = fc.sample(prototype, { numRuns: 300, seed: 20260101 });
  let compared = 0;
  const functions = cases.map(({ returns, params }, i) => {
    const known: CFunction = {
      name: `f${i}`,
      linkage: 'global',
      variadic: false,
      returns: returns.type,
      params: params.map(([sample], n) => ({ name: `p${n}`, type: sample.type })),
    };
    const values = argumentValues(known, abi);
    const locals = params.map(([s, n], p) => `\t${s.c} p${p} = ${s.literal(n)};`);
    const list = params.map(([s]) => s.c).join(', ') || 'void';
    const checks = values.flatMap((value, p) => {
      if (value === undefined) return [];
      compared++;
      const differs = value.byAddress
        ? `memcmp((void *)(${value.c}), &p${p}, sizeof(p${p}))`
        : `(s64)(${value.c}) != (s64)p${p}`;
      return [`\tif (${differs}) printf("case ${i} parameter ${p} (${params[p]?.[0].c})\\n");`];
    });
    return [
      `static void case_${i}(void)`,
      '{',
      ...locals,
      `\t((${returns.c} (*)(${list}))stub)(${params.map((_, p) => `p${p}`).join(', ')});`,
      ...checks,
      '}',
    ].join('\n');
  });
  const calls = functions.map((_, i) => `\tcase_${i}();`);
  const output = runC(
    [PRELUDE, ...functions, 'int main(void)', '{', ...calls, '\treturn 0;', '}', ''].join('\n'),
  );
  expect(output).toBe('');
  expect(compared).toBeGreaterThan(1300);
});

test('what a function returns is a number of its own width, or nothing', () => {
  const abi = abiOf('x86_64');
  const fn = (returns: CType): CFunction => ({
    name: 'f',
    linkage: 'global',
    variadic: false,
    params: [],
    returns,
  });
  const found = CHOICES.map(
    ({ c, type }) => `${c}: ${abi === undefined ? '' : returnValue(fn(type), abi)?.c}`,
  );
  expect(found).toEqual([
    '_Bool: (u8)regs->ax',
    'signed char: (s8)regs->ax',
    'unsigned char: (u8)regs->ax',
    'short: (s16)regs->ax',
    'unsigned short: (u16)regs->ax',
    'int: (s32)regs->ax',
    'unsigned int: (u32)regs->ax',
    'long: regs->ax',
    'unsigned long: regs->ax',
    'void *: regs->ax',
    'enum colour: (u32)regs->ax',
    'struct words_1: tapc_in_memory(&regs->ax)',
    'struct words_2: tapc_in_memory((unsigned long []){ regs->ax, regs->dx })',
    'struct words_3: (long)regs->ax',
  ]);
  expect(abi && returnValue(fn(VOID), abi)).toBeUndefined();
});

/** Compiles and runs a program; what it prints. */
function runC(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapc-abi-'));
  try {
    writeFileSync(join(folder, 'abi.c'), text);
    execFileSync('gcc', ['-O1', '-w', '-fno-stack-protector', '-o', 'abi', 'abi.c'], { cwd: folder });
    return execFileSync(join(folder, 'abi'), { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
