const system = /^#define\s+TRACE_SYSTEM\s+(\w+)/m;
/** Any macro's call by its first two arguments: headers wrap the ones that declare events in their own. */
const call = /\b([A-Z][A-Z0-9_]+)\s*\(\s*(\w+)(?:\s*,\s*(\w+))?/g;
const declaring = /^(?:TRACE_EVENT|DECLARE_TRACE)(?:_[A-Z_]+)?$/;
const ofClass = /^DEFINE_EVENT(?:_[A-Z_]+)?$/;

/** A name that a header of trace events mentions where an event could be declared. */
export interface EventMention {
  readonly name: string;
  readonly system: string;
  /** Declared for certain; otherwise only if the kernel has a tracepoint of that name. */
  readonly certain: boolean;
}

/** The tracepoints that a header of the kernel declares or may declare, each with its subsystem. */
export function readEventHeader(text: string): readonly EventMention[] {
  const owner = system.exec(text)?.[1];
  if (owner === undefined) return [];
  const found: EventMention[] = [];
  for (const [, macro = '', first = '', second = ''] of text.matchAll(call)) {
    if (declaring.test(macro)) found.push({ name: first, system: owner, certain: true });
    // An event of a class names the class first.
    else if (ofClass.test(macro)) found.push({ name: second, system: owner, certain: true });
    else {
      for (const name of [first, second, `${first}_entry`, `${first}_exit`]) {
        found.push({ name, system: owner, certain: false });
      }
    }
  }
  return found.filter(({ name }) => /^[a-z_]/i.test(name));
}
