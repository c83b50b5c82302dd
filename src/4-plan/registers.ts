/** Which bodies look at the registers as a whole, so that their probes must save them. */
import type { NameIndex } from './names.ts';
import type { PlanFunction, Step } from './plan.ts';
import { type IdentifierTable, valuesOf, walkSteps, walkValue } from './tree.ts';

/** A reading of `hit->regs`; setting it is the families' and the core's part. */
const READS = /\bhit->regs\b(?!\s*=[^=])/;

/** The architectures' tables of registers: what looks one up may get any. */
const TABLES = /\btapc_register_(?:names|place)\b/;

/**
 * Asks of a body whether it, or a function or an item of the runtime that it leads to, reads `some` of them, or may read
 * `any`: by name or number, or in C of the script's own.
 */
export function registerReaders(
  names: NameIndex,
  identifiers: IdentifierTable,
  which: 'some' | 'any',
): (body: Pick<PlanFunction, 'steps'>) => boolean {
  const telling = which === 'some' ? READS : TABLES;
  const mentions = ({ steps }: Pick<PlanFunction, 'steps'>): boolean => {
    const used = identifiers.of(steps);
    return used.includes('regs') && used.includes('hit') && readsThem(steps);
  };
  const leads = names.leadsTo((name) => {
    const fn = names.functionOf(name);
    return (
      (fn !== undefined && mentions(fn)) || names.itemsOf(name).some(({ item }) => telling.test(item.text))
    );
  });
  return (body) => mentions(body) || leads(identifiers.of(body.steps));
}

/** Whether a body sets what its parameter `regs` points to. */
export function writesRegisters({ steps }: Pick<PlanFunction, 'steps'>): boolean {
  let found = false;
  walkSteps(steps, (step) => {
    found ||= step.kind === 'set' && step.target.kind === 'c' && step.target.text.startsWith('regs->');
  });
  return found;
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
