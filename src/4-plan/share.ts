/** Handlers that do the same share one C function: wildcards bring them by the hundred. */
import type { PlanHandler } from './plan.ts';

/**
 * `body` and `emitBody` set; frames are compared without their tags. `origins` tells for each handler what it was
 * written as: only those of one origin can be equal, since a body names its places in the script.
 */
export function shareBodies(handlers: readonly PlanHandler[], origins: readonly string[]): PlanHandler[] {
  const counts = new Map<string, number>();
  for (const origin of origins) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const bodies = new Map<string, string>();
  return handlers.map((handler, i) => {
    const origin = origins[i] ?? '';
    // What is carried from an entry to a return belongs to one probe.
    if (handler.entry !== undefined || counts.get(origin) === 1) return handler;
    const key = origin + bodyKey(handler);
    const known = bodies.get(key);
    if (known === undefined) {
      bodies.set(key, handler.body);
      return handler;
    }
    return { ...handler, body: known, emitBody: false };
  });
}

function bodyKey(handler: PlanHandler): string {
  const { frame, parameters, variables, steps } = handler;
  const types = variables.map((v) => (v.name === 'frame' ? { ...v, type: '' } : v));
  return JSON.stringify([frame?.fields, parameters, types, steps]);
}
