/** Sorts what make, the compiler and modpost say by the module it is about. */

export interface ModuleMessages {
  /** Warnings and errors, each with the lines that belong to it. */
  readonly messages: readonly string[];
  readonly failed: boolean;
}

/**
 * Messages by module name, from the output of a build of `names` in one folder. A compiler message belongs to
 * the module whose source it points into (one that points into a kernel header only counts where the header
 * was reached from there, which is what "In file included from" says); modpost names the object.
 */
export function sortMessages(output: string, names: readonly string[]): Map<string, ModuleMessages> {
  const found = new Map(names.map((name) => [name, { messages: [] as string[], failed: false }]));
  let current: { lines: string[]; owner: string | undefined; kind: Kind | undefined } | undefined;
  const close = (): void => {
    const entry = current?.owner === undefined ? undefined : found.get(current.owner);
    if (entry === undefined || current?.kind === undefined) return;
    entry.messages.push(current.lines.join('\n'));
    entry.failed ||= current.kind === 'error';
  };
  for (const line of output.split('\n')) {
    const owner = ownerOf(line, names);
    const kind = kindOf(line);
    const begins = kind !== undefined || /^In file included from |: In function |: At top level/.test(line);
    // Several of those lines may lead to one message: it begins with the first that names a module.
    if (begins && (current === undefined || current.kind !== undefined)) {
      close();
      current = { lines: [line], owner, kind };
    } else if (current !== undefined && (begins || CONTINUES.test(line))) {
      current.lines.push(line);
      current.owner ??= owner;
      current.kind ??= kind;
    } else {
      close();
      current = undefined;
    }
  }
  close();
  return found;
}

type Kind = 'warning' | 'error';

/** Source excerpts, notes, the rest of an include chain; not make's own indented `CC [M] x.o`. */
const CONTINUES = /^\s+(\d+ )?\||^\s+from |: note: |^cc1: /;

function kindOf(line: string): Kind | undefined {
  if (/\b(fatal )?error:|^ERROR: modpost/.test(line)) return 'error';
  // What modpost finds undefined it only warns of here, so that the other modules of the batch are linked.
  if (/^WARNING: modpost: .* undefined!$/.test(line)) return 'error';
  if (/\bwarning:|^WARNING: modpost/.test(line)) return 'warning';
  return undefined;
}

function ownerOf(line: string, names: readonly string[]): string | undefined {
  const file = /(?:^|[\s/"'[(])([A-Za-z0-9_]+)(?:\.mod)?\.(?:c|o|ko)\b/g;
  for (const [, stem] of line.matchAll(file)) {
    if (stem !== undefined && names.includes(stem)) return stem;
  }
  return undefined;
}
