/** What keeps a hit that has to wait, and runs its handler later. */
import type { PlanHandler, PlanLate } from '../4-plan/plan.ts';
import { wrap } from './wrap.ts';

/** The declaration that the handler needs. */
export function printLateHead(late: PlanLate): string {
  return wrap(0, `${head(late)};`).join('\n');
}

/** Both functions; they stand behind the handler. */
export function printLate(handler: PlanHandler, late: PlanLate): string {
  const { saved } = late;
  let next = 0;
  const taken = (): string => `late->args[${next++}]`;
  const back = late.parameters.map(({ type, how }) => {
    if (how === 'registers') return 'hit->regs';
    return type.endsWith('*') ? `(${type})(unsigned long)${taken()}` : `(${type})${taken()}`;
  });
  const members = (saved?.fields ?? []).map((field) => `.${field.name} = ${taken()}`);
  const words = [
    ...late.parameters.flatMap(({ name, type, how }) =>
      how === 'registers' ? [] : [type.endsWith('*') ? `(unsigned long)${name}` : `(u64)${name}`],
    ),
    ...(saved?.fields ?? []).map((field) => `saved->${field.name}`),
  ];
  const [list, count] = words.length === 0 ? ['NULL', '0'] : ['args', 'ARRAY_SIZE(args)'];
  return [
    '/* The same, for a hit that has waited. */',
    `static void ${late.again}(struct tapc_hit *hit, const struct tapc_late *late)`,
    '{',
    ...(saved === undefined
      ? []
      : [...wrap(1, `const struct ${saved.tag} saved = { ${members.join(', ')} };`), '']),
    ...wrap(
      1,
      `${[`${handler.body}(hit`, ...back, ...(saved === undefined ? [] : ['&saved'])].join(', ')});`,
    ),
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

function head({ name, parameters, saved }: PlanLate): string {
  const declared = parameters.map((p) =>
    p.type.endsWith('*') ? `${p.type}${p.name}` : `${p.type} ${p.name}`,
  );
  if (saved !== undefined) declared.push(`const struct ${saved.tag} *saved`);
  return `static void ${name}(${['struct tapc_hit *hit', ...declared].join(', ')})`;
}
