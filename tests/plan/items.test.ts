import { describe, expect, it } from 'vitest';
import { parseItems } from '../../src/4-plan/link/items.ts';

/** Names that the items of some C define, item by item. */
function defines(source: string): readonly (readonly string[])[] {
  return parseItems(source).items.map((item) => item.defines);
}

describe('items of runtime files', () => {
  it.each([
    ['static int tapc_f(int n)\n{\n\treturn n;\n}', ['tapc_f']],
    ['static __always_inline struct tapc_hit *tapc_g(void)\n{\n}', ['tapc_g']],
    ['static __printf(2, 3) void tapc_say(int a, const char *fmt, ...)\n{\n}', ['tapc_say']],
    ['struct tapc_x {\n\tint a;\n\tstruct tapc_y *b;\n};', ['tapc_x']],
    ['struct tapc_x;', ['tapc_x']],
    ['enum tapc_e { TAPC_A, TAPC_B = 3, /* last */ TAPC_C };', ['tapc_e', 'TAPC_A', 'TAPC_B', 'TAPC_C']],
    ['#define TAPC_A 1\n#define TAPC_F(x) \\\n\t((x) + TAPC_A)', ['TAPC_A', 'TAPC_F']],
    ['static DEFINE_PER_CPU(struct tapc_cpu *, tapc_cpus);', ['tapc_cpus']],
    ['static DECLARE_WAIT_QUEUE_HEAD(tapc_wait);', ['tapc_wait']],
    ['static const struct tapc_piece tapc_table[] = {\n\t{ .put = tapc_put },\n\t{ }\n};', ['tapc_table']],
    ['static const struct tapc_probe tapc_probes[TAPC_PROBES];', ['tapc_probes']],
    ['typedef void (*tapc_put_t)(int);\n', ['tapc_put_t']],
    ['static enum hrtimer_restart tapc_again(struct hrtimer *t)\n{\n\treturn a, b;\n}', ['tapc_again']],
    ['static bool tapc_flag __read_mostly;', ['tapc_flag']],
    ['static u64 tapc_table[2][3] ____cacheline_aligned_in_smp = { { 1 } };', ['tapc_table']],
    ['static void (*tapc_hook)(int n);', ['tapc_hook']],
  ])('%s', (source, names) => {
    const [first = []] = defines(source);
    expect([...new Set(first)]).toEqual(names);
  });

  it('splits at blank lines outside of braces and comments', () => {
    const source =
      '#include <linux/fs.h>\n\n/* One\n\n * two */\nstatic int a_1;\n\nstatic int f(void)\n{\n\n}\n';
    expect(parseItems(source).includes).toEqual(['linux/fs.h']);
    expect(defines(source)).toEqual([['a_1'], ['f']]);
  });

  it('sees what an item uses, but not in comments and strings', () => {
    const [item] = parseItems('/* tapc_x */\nstatic int f(void)\n{\n\treturn g("tapc_y") + h;\n}').items;
    expect((item?.uses ?? []).toSorted()).toEqual(['g', 'h', 'int', 'return', 'static', 'void']);
    expect(item?.prototype).toBe('static int f(void);');
  });
});
