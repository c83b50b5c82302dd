/** Handlers that do the same share one C function: wildcards bring them by the hundred. */
import type { PlanHandler } from './plan.ts';

/** `body` and `emitBody` set; a handler with a frame of its own tag is compared without the tag. */
export function shareBodies(handlers: readonly PlanHandler[]): PlanHandler[] {
  const bodies = new Map<string, string>();
  return handlers.map((handler) => {
    // What is carried from an entry to a return belongs to one probe.
    if (handler.entry !== undefined) return handler;
    const key = bodyKey(handler);
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
