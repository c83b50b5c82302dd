import { describe, expect, test } from 'vitest';
import { positionOf, renderDiagnostic } from '../../src/diagnostics/render.ts';
import { didYouMean, editDistance } from '../../src/diagnostics/suggest.ts';

const file = 'a.stp';

function render(text: string, start: number, end: number): string {
  const diagnostic = {
    code: 'some-code',
    severity: 'error' as const,
    message: 'it is wrong',
    span: { file, start, end },
    hints: ['mend it'],
    notes: [{ message: 'first seen here', span: { file, start: 0, end: 5 } }],
  };
  return renderDiagnostic(diagnostic, new Map([[file, { file, text }]]), { color: false });
}

describe('rendering', () => {
  test('shows place, line, underline, notes and hints', () => {
    const text = 'probe begin {\n\tprinln("x")\n}\n';
    const start = text.indexOf('prinln');
    expect(render(text, start, start + 6)).toBe(
      [
        'error[some-code]: it is wrong',
        '  --> a.stp:2:2',
        '  |',
        '2 |  prinln("x")',
        '  |  ^^^^^^',
        '  note: first seen here',
        '  --> a.stp:1:1',
        '  |',
        '1 | probe begin {',
        '  | ^^^^^',
        '  help: mend it',
        '',
      ].join('\n'),
    );
  });

  test('keeps to one line and to a terminal width, whatever the bytes', () => {
    const text = `${'x'.repeat(5000)}\u0000\u001b[31m${'y'.repeat(5000)}`;
    const rendered = render(text, 5000, 9000);
    for (const line of rendered.split('\n')) expect(line.length).toBeLessThan(400);
    expect(rendered).not.toContain('\u001b');
    expect(rendered).not.toContain('\u0000');
  });

  test('takes places outside of the text', () => {
    expect(render('', 10, 20)).toContain('a.stp:1:1');
    expect(positionOf('a\nb', 99)).toEqual({ line: 2, column: 2 });
  });
});

describe('did you mean', () => {
  test('counts edits', () => {
    expect(editDistance('kitten', 'sitting', 5)).toBe(3);
    expect(editDistance('ab', 'ba', 2)).toBe(1);
    expect(editDistance('abc', 'xyz', 1)).toBe(2);
  });

  test('names what is near and nothing else', () => {
    expect(didYouMean('prinln', ['println', 'printf', 'pid'])).toEqual([
      'did you mean "println" or "printf"?',
    ]);
    expect(didYouMean('zzz', ['println'])).toEqual([]);
  });
});
