/** Functions that share their name with others: a probe by name reaches the first of them, and nobody would know. */
import { readFile } from 'node:fs/promises';

/** Points by the name of one function of the kernel itself, as a module's status has them. */
const NAMED = / point=((?:kernel|kprobe)\.function\("(\w+)(?:@[^"]*)?"\).*)$/gm;

/** One line for each probe point of `status` whose function is not the only one of its name; none where the kernel's symbols cannot be read. */
export async function sharedNames(status: string, symbols = '/proc/kallsyms'): Promise<string[]> {
  const points = [...status.matchAll(NAMED)].map(([, point = '', name = '']) => ({ point, name }));
  if (points.length === 0) return [];
  const counts = countFunctions(
    await readFile(symbols, 'latin1').catch(() => ''),
    new Set(points.map(({ name }) => name)),
  );
  return [...new Map(points.map(({ point, name }) => [point, name]))].flatMap(([point, name]) => {
    const count = counts.get(name) ?? 0;
    return count > 1 ? [`${point}: of ${count} functions of this name the first is probed`] : [];
  });
}

/** How many functions of the kernel itself have each of the names; those of modules have the module's behind them. */
function countFunctions(symbols: string, names: ReadonlySet<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const line = new RegExp(`^[0-9a-f]+ [tT] (${[...names].join('|')})$`, 'gm');
  for (const [, name = ''] of symbols.matchAll(line)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
