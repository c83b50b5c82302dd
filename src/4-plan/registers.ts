/** Which bodies look at the registers as a whole, so that their probes must save them. */
import type { Runtime } from './link/library.ts';
import type { PlanFunction, Step } from './plan.ts';
import { type IdentifierTable, valuesOf, walkSteps, walkValue } from './tree.ts';

/** A reading of `hit->regs`; setting it is the families' and the core's part. */
const READS = /\bhit->regs\b(?!\s*=[^=])/;

/** Names of runtime items that read `hit->regs`, themselves or through others. */
export function registerReaders(runtime: Runtime): ReadonlySet<string> {
  const items = runtime.files.flatMap((file) => file.items);
  const readers = new Set(items.flatMap((item) => (READS.test(item.text) ? item.defines : [])));
  for (let before = -1; before !== readers.size; ) {
    before = readers.size;
    for (const item of items) {
      if (item.uses.some((name) => readers.has(name))) for (const name of item.defines) readers.add(name);
    }
  }
  return readers;
}

/** Whether a body, or a function that it calls, reads them. */
export function readsRegisters(
  root: Pick<PlanFunction, 'steps'>,
  functions: ReadonlyMap<string, PlanFunction>,
  identifiers: IdentifierTable,
  readers: ReadonlySet<string>,
): boolean {
  const seen = new Set<string>();
  const queue = [root];
  for (let body = queue.pop(); body !== undefined; body = queue.pop()) {
    const names = identifiers.of(body.steps);
    if (names.includes('regs') && names.includes('hit') && mentions(body.steps)) return true;
    for (const name of names) {
      if (readers.has(name)) return true;
      const fn = functions.get(name);
      if (fn === undefined || seen.has(name)) continue;
      seen.add(name);
      queue.push(fn);
    }
  }
  return false;
}

/** C of the script or of a context variable that reads them. */
function mentions(steps: readonly Step[]): boolean {
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
