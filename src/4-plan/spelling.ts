/** C names that one part of the plan makes and another one knows again: spelt and read here alone. */

const COUNTER_ADD = /^counter_\w+_add$/;
const STATISTIC_ADD = /^stat_\w+_add_here$/;
const MAP_ADD_HERE = /^map_(\w+)_add_here$/;

/** A local variable. */
export function localName(local: string): string {
  return spelt('l', local);
}

export function isLocalName(name: string): boolean {
  return /^[lL]_/.test(name);
}

/** What a function is given for a parameter that it changes. */
export function givenName(parameter: string): string {
  return spelt('p', parameter);
}

/** A name with a dollar in it, which C does not know, is spelt so that it is no other one's. */
function spelt(prefix: string, name: string): string {
  if (!name.includes('$')) return `${prefix}_${name}`;
  return `${prefix.toUpperCase()}_${name.replaceAll('_', '__').replaceAll('$', '_S')}`;
}

/** Adds to this CPU's part of a counter. */
export function counterAdd(id: string): string {
  return `counter_${id}_add`;
}

export function isCounterAdd(name: string): boolean {
  return COUNTER_ADD.test(name);
}

/** Adds to this CPU's part of a statistic. */
export function statisticAddHere(id: string): string {
  return `stat_${id}_add_here`;
}

export function isStatisticAdd(name: string): boolean {
  return STATISTIC_ADD.test(name);
}

/** Adds to this CPU's element of an array, which it makes where there is none. */
export function mapAddHere(id: string): string {
  return `map_${id}_add_here`;
}

/** The array of `mapAddHere`. */
export function mapOfAddHere(name: string): string | undefined {
  return MAP_ADD_HERE.exec(name)?.[1];
}

/** The same where the element is there already: false where it is not, with nothing done. */
export function mapAddFound(id: string): string {
  return `map_${id}_add_found`;
}

export function isOfMap(name: string): boolean {
  return name.startsWith('map_');
}

/** A global's variable. */
export function isGlobalVariable(name: string): boolean {
  return name.startsWith('g_');
}

/** A handler's function, without what hits of it need that wait, or that are light. */
export function handlerName(index: number): string {
  return `${HANDLER}${index}`;
}

/** What else is made for the handler with that function. */
export function besideHandler(body: string, what: 'light' | 'defer' | 'again'): string {
  return `tapc_${what}_${body.slice(HANDLER.length)}`;
}

const HANDLER = 'tapc_handler_';

/** Begins and ends the stretch in which a handler has its CPU for itself; `try` and `end` where hits may wait for that. */
export const EXCLUSION = {
  enter: 'tapc_exclusive_enter',
  leave: 'tapc_exclusive_leave',
  try: 'tapc_exclusive_try',
  end: 'tapc_exclusive_end',
} as const;

/** Takes and gives back a handler's strings. */
export const SCRATCH = { push: 'tapc_frame_push', pop: 'tapc_frame_pop' } as const;
