/**
 * Lists of names with a few fields each, kept as sorted text: `name<TAB>field...<LF>`. A look-up is a binary
 * search in the text, so that opening a list of ten thousand costs nothing.
 */
export interface NamedLines {
  /** The fields behind a name; undefined where the name is not in the list. */
  find(name: string): readonly string[] | undefined;
  /** All lines in order, the name first. */
  entries(): Iterable<readonly [name: string, ...fields: readonly string[]]>;
}

/** Text of the lines, sorted by name; of two with one name the first stays. Empty fields at the end are left out. */
export function writeLines(rows: Iterable<readonly [name: string, ...fields: readonly string[]]>): Buffer {
  const lines = new Map<string, string>();
  for (const row of rows) {
    const [name] = row;
    if (!lines.has(name)) lines.set(name, row.join('\t').replace(/\t+$/, ''));
  }
  const names = [...lines.keys()].sort();
  return Buffer.from(names.map((name) => `${lines.get(name) ?? name}\n`).join(''), 'latin1');
}

/** Reads what `writeLines` wrote. */
export function readLines(data: Buffer): NamedLines {
  const text = data.toString('latin1');
  return {
    find(name) {
      let low = 0;
      let high = text.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const start = text.lastIndexOf('\n', middle - 1) + 1;
        const end = text.indexOf('\n', middle);
        if (end < 0) return undefined;
        const line = text.slice(start, end);
        const tab = line.indexOf('\t');
        const candidate = tab < 0 ? line : line.slice(0, tab);
        if (candidate === name) return tab < 0 ? [] : line.slice(tab + 1).split('\t');
        if (candidate < name) low = end + 1;
        else high = start;
      }
      return undefined;
    },
    *entries() {
      for (const line of text.split('\n')) {
        const [name, ...fields] = line.split('\t');
        if (name !== undefined && name !== '') yield [name, ...fields];
      }
    },
  };
}
