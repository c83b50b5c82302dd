/** `check --json`: what editors get of a diagnostic. */
import { expect, test } from 'vitest';
import { diagnosticsJson } from '../../src/cli/report.ts';
import { check } from '../support/check.ts';

const SCRIPT = `@define inner(x) %( (@x + "a") %)
@define outer(x) %( @inner(@x) %)
probe mine = timer.s(1) { n = $nothing }
probe mine { println(n) }
probe begin {
  println(@outer(1))
  g = 1
  g = "text"
  println(g)
}
`;

test('all that a run says, each with every place that belongs to it', () => {
  const list = diagnosticsJson(check(SCRIPT));
  expect(list).toEqual([
    expect.objectContaining({
      code: 'unknown-variable',
      start: expect.objectContaining({ line: 3 }),
      notes: [expect.objectContaining({ message: expect.stringContaining('alias'), start: at(4) })],
    }),
    expect.objectContaining({
      code: 'type-mismatch',
      start: at(1),
      notes: [
        expect.objectContaining({ message: 'expanded from here', start: at(2) }),
        expect.objectContaining({ message: 'expanded from here', start: at(6) }),
      ],
    }),
    expect.objectContaining({
      code: 'type-mismatch',
      start: at(8),
      notes: [expect.objectContaining({ start: at(7) }), expect.objectContaining({ start: at(8) })],
    }),
  ]);
});

function at(line: number): unknown {
  return expect.objectContaining({ line });
}
