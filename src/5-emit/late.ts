/** What keeps a hit that has to wait, and runs its handler later. */
import type { PlanHandler, PlanLate } from '../4-plan/plan.ts';
import { wrap } from './wrap.ts';

/** The declaration that the handler needs. */
export function printLateHead(late: PlanLate): string {
  return wrap(0, `${head(late)};`).join('\n');
}

/** Both functions; they stand behind the handler. */
export function printLate(handler: PlanHandler, late: PlanLate): string {
  let next = 0;
  const back = late.parameters.map(({ type, how }) => {
    if (how === 'registers') return 'hit->regs';
    const word = `late->args[${next++}]`;
    return type.endsWith('*') ? `(${type})(unsigned long)${word}` : `(${type})${word}`;
  });
  const words = late.parameters.flatMap(({ name, type, how }) =>
    how === 'registers' ? [] : [type.endsWith('*') ? `(unsigned long)${name}` : `(u64)${name}`],
  );
  const [list, count] = words.length === 0 ? ['NULL', '0'] : ['args', 'ARRAY_SIZE(args)'];
  return [
    '/* The same, for a hit that has waited. */',
    `static void ${late.again}(struct tapc_hit *hit, const struct tapc_late *late)`,
    '{',
    ...wrap(1, `${[`${handler.body}(hit`, ...back].join(', ')});`),
    '}',
    '',
    '/* For a hit that has to wait. */',
    ...wrap(0, head(late)),
    '{',
    ...(words.length === 0 ? [] : [...wrap(1, `const u64 args[] = { ${words.join(', ')} };`), '']),
    `\ttapc_defer(hit, ${late.again}, ${list}, ${count});`,
    '}',
  ].join('\n');
}

function head({ name, parameters }: PlanLate): string {
  const declared = parameters.map((p) =>
    p.type.endsWith('*') ? `${p.type}${p.name}` : `${p.type} ${p.name}`,
  );
  return `static void ${name}(${['struct tapc_hit *hit', ...declared].join(', ')})`;
}
