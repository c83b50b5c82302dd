/** What `tapc explain` says of scripts: `explain/NAME.stp`, and beside it the text; the JSON tells the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeScript, type Explanation } from '../../src/cli/explain/describe.ts';
import { explanationText } from '../../src/cli/explain/text.ts';
import { planOf } from '../support/check.ts';

const folder = join(import.meta.dirname, 'explain');

function explain(name: string): Explanation {
  const { checked, plan, sources } = planOf(readFileSync(join(folder, name), 'utf8'), { file: name });
  if (checked === undefined || plan === undefined) throw new Error(`${name} has errors`);
  return describeScript({ checked, plan, sources, limits: { stringBytes: 512, nesting: 10 } });
}

describe('explain', () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith('.stp')))('%s', async (name) => {
    const whole = explain(name);
    // Which symbols these are is the linker's affair, and tested there.
    const handlers = whole.handlers.map((h) => ({ ...h, symbols: [] }));
    const text = explanationText({ ...whole, handlers, symbols: [] }, { color: false, width: 100 });
    await expect(text).toMatchFileSnapshot(join(folder, name.replace(/\.stp$/, '.txt')));
    for (const line of text.split('\n')) expect(line).toBe(line.trimEnd());
  });

  test('names the symbols that a handler needs, and no others', () => {
    const { handlers, symbols } = explain('shared.stp');
    const needed = handlers.flatMap((h) => h.symbols);
    expect(needed.filter((name) => !symbols.includes(name))).toEqual([]);
    expect(handlers[1]?.symbols).toContain('ktime_get_real_fast_ns');
    expect(handlers[2]?.symbols).not.toContain('ktime_get_real_fast_ns');
    // What sleeps is not called where nothing may, though the runtime has it for begin and end.
    expect(symbols).toContain('synchronize_rcu');
    expect(needed).not.toContain('synchronize_rcu');
  });

  test('is JSON, with the places that decide', () => {
    const whole: Explanation = JSON.parse(JSON.stringify(explain('shared.stp')));
    const [first] = whole.handlers;
    expect(first?.class).toBe('shared');
    expect(first?.why.place).toMatchObject({
      file: 'shared.stp',
      line: 4,
      text: 'last[tid()] = gettimeofday_ns()',
    });
    expect(first?.locks).toEqual([{ global: 'last', mode: 'write', at: 'hit' }]);
    expect(whole.handlers.flatMap((h) => h.prints).filter((p) => p.decides)).toHaveLength(1);
  });
});
