/** Which bodies look at the registers as a whole, so that their probes must save them. */
import type { NameIndex } from './names.ts';
import type { PlanFunction, Step } from './plan.ts';
import { type IdentifierTable, valuesOf, walkSteps, walkValue } from './tree.ts';

/** A reading of `hit->regs`; setting it is the families' and the core's part. */
const READS = /\bhit->regs\b(?!\s*=[^=])/;

/** Asks of a body whether it, or a function or an item of the runtime that it leads to, reads them. */
export function registerReaders(
  names: NameIndex,
  identifiers: IdentifierTable,
): (body: Pick<PlanFunction, 'steps'>) => boolean {
  const mentions = ({ steps }: Pick<PlanFunction, 'steps'>): boolean => {
    const used = identifiers.of(steps);
    return used.includes('regs') && used.includes('hit') && readsThem(steps);
  };
  const leads = names.leadsTo((name) => {
    const fn = names.functionOf(name);
    return (
      (fn !== undefined && mentions(fn)) || names.itemsOf(name).some(({ item }) => READS.test(item.text))
    );
  });
  return (body) => mentions(body) || leads(identifiers.of(body.steps));
}

/** C of the script or of a context variable that reads them. */
function readsThem(steps: readonly Step[]): boolean {
  let found = false;
  walkSteps(steps, (step) => {
    if (step.kind === 'c') found ||= READS.test(step.text);
    for (const value of valuesOf(step)) {
      walkValue(value, (v) => {
        if (v.kind === 'c') found ||= READS.test(v.text);
      });
    }
  });
  return found;
}
