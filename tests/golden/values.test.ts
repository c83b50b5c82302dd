/** Expressions printed as C mean what their trees mean, and no compiler wonders about their parentheses. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BinaryCOp, Value } from '../../src/4-plan/plan.ts';
import { printCondition, printValue } from '../../src/5-emit/value.ts';

const OPS: readonly BinaryCOp[] = [
  '*',
  '+',
  '-',
  '<',
  '>',
  '<=',
  '>=',
  '==',
  '!=',
  '&',
  '^',
  '|',
  '&&',
  '||',
];

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>({ kind: 'name', name: 'a' }, { kind: 'name', name: 'b' }),
  fc
    .integer({ min: -9, max: 9 })
    .map((n): Value => ({ kind: 'cast', type: 's64', operand: { kind: 'number', text: String(n) } })),
);

const tree: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({
      kind: fc.constant('binary' as const),
      op: fc.constantFrom(...OPS),
      left: tie('value'),
      right: tie('value'),
    }),
    fc.record({
      kind: fc.constant('binary' as const),
      op: fc.constantFrom<BinaryCOp>('<<', '>>'),
      left: tie('value').map((operand): Value => ({ kind: 'cast', type: 's64', operand })),
      right: fc.integer({ min: 0, max: 63 }).map((n): Value => ({ kind: 'number', text: String(n) })),
    }),
    fc.record({
      kind: fc.constant('unary' as const),
      op: fc.constantFrom('-' as const, '!' as const, '~' as const),
      operand: tie('value'),
    }),
    fc.record({
      kind: fc.constant('choose' as const),
      condition: tie('value'),
      yes: tie('value'),
      no: tie('value'),
    }),
  ),
})).value;

/** What a tree is, in 64 bits that wrap around. */
function evaluate(value: Value, names: Readonly<Record<string, bigint>>): bigint {
  const of = (v: Value): bigint => evaluate(v, names);
  switch (value.kind) {
    case 'number':
      return BigInt(value.text);
    case 'name':
      return names[value.name] ?? 0n;
    case 'cast':
      return of(value.operand);
    case 'choose':
      return of(value.condition) !== 0n ? of(value.yes) : of(value.no);
    case 'unary': {
      const operand = of(value.operand);
      if (value.op === '!') return BigInt(operand === 0n);
      return BigInt.asIntN(64, value.op === '-' ? -operand : ~operand);
    }
    case 'binary':
      return BigInt.asIntN(64, binary(value.op, of(value.left), of(value.right)));
    default:
      throw new Error(`${value.kind} is not made here`);
  }
}

function binary(op: BinaryCOp, a: bigint, b: bigint): bigint {
  switch (op) {
    case '*':
      return a * b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '<':
      return BigInt(a < b);
    case '>':
      return BigInt(a > b);
    case '<=':
      return BigInt(a <= b);
    case '>=':
      return BigInt(a >= b);
    case '==':
      return BigInt(a === b);
    case '!=':
      return BigInt(a !== b);
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '|':
      return a | b;
    case '&&':
      return BigInt(a !== 0n && b !== 0n);
    case '||':
      return BigInt(a !== 0n || b !== 0n);
    case '/':
    case '%':
      throw new Error('not made here');
  }
}

const INPUTS: readonly (readonly [bigint, bigint])[] = [
  [0n, 0n],
  [1n, -1n],
  [-7n, 3n],
  [2n ** 62n, -(2n ** 62n) - 5n],
];

it('means the same in C', () => {
  const trees = fc.sample(tree, { numRuns: 400, seed: 7 });
  const functions = trees.map((t, i) => {
    const condition = `${printCondition(t)}`;
    return `static s64 f${i}(s64 a, s64 b) { return ${printValue(t)}; }
static int c${i}(s64 a, s64 b) { if (${condition}) return 1; return 0; }`;
  });
  const calls = trees.flatMap((_, i) =>
    INPUTS.map(([a, b]) => `printf("%lld %d\\n", f${i}(${a}LL, ${b}LL), c${i}(${a}LL, ${b}LL));`),
  );
  const source = `#include <stdio.h>
typedef long long s64;
${functions.join('\n')}
int main(void) { ${calls.join('\n')} return 0; }
`;
  const folder = mkdtempSync(join(tmpdir(), 'tapc-values-'));
  try {
    writeFileSync(join(folder, 'values.c'), source);
    // What is silenced here is about constants; phase 4 sees to these.
    const silenced = [
      'tautological-compare',
      'bool-compare',
      'overflow',
      'int-in-bool-context',
      'unused-parameter',
    ];
    const flags = ['-O0', '-fwrapv', '-Wall', '-Wextra', '-Werror', ...silenced.map((w) => `-Wno-${w}`)];
    execFileSync('gcc', [...flags, '-o', 'values', 'values.c'], { cwd: folder, stdio: 'pipe' });
    const lines = execFileSync(join(folder, 'values'), { encoding: 'utf8' }).trim().split('\n');
    const expected = trees.flatMap((t) =>
      INPUTS.map(([a, b]) => {
        const value = evaluate(t, { a, b });
        return `${value} ${value === 0n ? 0 : 1}`;
      }),
    );
    expect(lines).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
