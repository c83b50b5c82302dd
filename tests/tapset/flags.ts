/** `flags.txt` to functions of the tapset. */

const ENTRY = /^(\w+)=(-?\w+)(?:\/(\w+))?$/;

type Kind = 'flags' | 'modes' | 'choice';

interface FlagSet {
  readonly kind: Kind;
  readonly name: string;
  readonly entries: readonly string[];
}

export function flagFile(table: string): string {
  const sets = readSets(table);
  return [
    '// Flags and choices in the arguments of system calls, by name. Made of flags.txt by `npm run tapset`.',
    '',
    ...sets.map(functionOf),
  ].join('\n');
}

function readSets(table: string): FlagSet[] {
  const sets: FlagSet[] = [];
  for (const line of table.split('\n')) {
    const head = /^(flags|modes|choice) (\w+)$/.exec(line);
    if (head !== null) sets.push({ kind: kindOf(head[1]), name: head[2] ?? '', entries: [] });
    const last = sets.pop();
    if (last === undefined) continue;
    const more = head === null && !line.startsWith('#') ? line.split(' ').filter((word) => word !== '') : [];
    sets.push({ ...last, entries: [...last.entries, ...more] });
  }
  return sets;
}

function kindOf(word: string | undefined): Kind {
  return word === 'flags' || word === 'modes' ? word : 'choice';
}

function functionOf({ kind, name, entries }: FlagSet): string {
  const rows = entries.map((entry) => {
    const [, word, value = '', mask] = ENTRY.exec(entry) ?? [];
    if (word === undefined) throw new Error(`flags.txt: ${entry} is no NAME=VALUE`);
    const number = NARROW.get(word) ?? value;
    return `{ ${number}, ${kind === 'choice' ? '~0ull' : (mask ?? number)}, "${word}" }`;
  });
  const what = name.replaceAll('_', ' ');
  const docs: Record<Kind, string> = {
    flags: `Flags of the kind "${what}", by name, with bars between them; what has no name in hex.`,
    modes: `Flags of the kind "${what}", by name, with bars between them; permissions in octal, what else has no name in hex.`,
    choice: `Name of a number of the kind "${what}"; the number in hex where it has none.`,
  };
  return [
    `/** ${docs[kind]} */`,
    `function syscall_${name}:string(value:long) %{ /* pure */ /* unprivileged */`,
    ...table(rows),
    `\ttapc_${kind}(hit, STAP_RETVALUE, STAP_ARG_value, names, ARRAY_SIZE(names));`,
    '%}',
    '',
  ].join('\n');
}

/** Flags whose values differ on arm64, as C that is constant on either. */
const NARROW: ReadonlyMap<string, string> = new Map([
  ['O_DIRECTORY', 'TAPC_BY_ARCH(0x10000, 0x4000)'],
  ['O_NOFOLLOW', 'TAPC_BY_ARCH(0x20000, 0x8000)'],
  ['O_DIRECT', 'TAPC_BY_ARCH(0x4000, 0x10000)'],
  ['O_LARGEFILE', 'TAPC_BY_ARCH(0x8000, 0x20000)'],
  ['O_TMPFILE', 'TAPC_BY_ARCH(0x410000, 0x404000)'],
]);

/** Columns of a line of C, tabs as eight. */
const WIDTH = 150;

/** The table in one line where it fits. */
function table(rows: readonly string[]): string[] {
  const head = '\tstatic const struct tapc_flag names[] = {';
  const whole = `${head} ${rows.join(', ')} };`;
  return whole.length + 7 <= WIDTH ? [whole] : [head, ...wrap(rows), '\t};'];
}

function wrap(rows: readonly string[]): string[] {
  const lines: string[] = [];
  for (const row of rows) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + row.length + 16 <= WIDTH)
      lines[lines.length - 1] = `${last} ${row},`;
    else lines.push(`\t\t${row},`);
  }
  return lines;
}
