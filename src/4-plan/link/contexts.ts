/** Whether everything that a handler leads to may be called where the handler runs. */
import type { HandlerContext } from '../../probes/family.ts';
import type { NameIndex } from '../names.ts';
import type { KernelUse } from './manifest.ts';

type Level = HandlerContext['level'];

/** From where least is allowed on: what may be called at one level may be called at those before it. */
export const RANK: Readonly<Record<Level, number>> = { process: 0, atomic: 1, nmi: 2 };

/** They look at the hit before they do what is not allowed everywhere. */
const OWN_CARE: ReadonlySet<string> = new Set(['core', 'lock', 'ring', 'text']);

export interface ContextQuestion {
  readonly level: Level;
  /** Identifiers in the handler. */
  readonly names: Iterable<string>;
}

/** For each question, the kernel's functions that must not be called there; each is told of once a level. */
export function misplacedUses(
  kernelUses: readonly KernelUse[],
  index: NameIndex,
  questions: readonly ContextQuestion[],
): KernelUse[][] {
  const uses = new Map(kernelUses.map((use) => [use.name, use]));
  const careless = (facility: string): boolean => !OWN_CARE.has(facility);
  const visited: Record<Level, Set<string>> = { process: new Set(), atomic: new Set(), nmi: new Set() };
  return questions.map(({ level, names }) => {
    const found: KernelUse[] = [];
    const queue = [...names];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (visited[level].has(name)) continue;
      visited[level].add(name);
      const use = uses.get(name);
      if (use !== undefined && RANK[use.context] < RANK[level]) found.push(use);
      queue.push(...index.usesOf(name, careless));
    }
    return found;
  });
}
