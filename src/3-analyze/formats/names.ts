/** The print family: names that are part of the language, not functions. */

export interface Printer {
  readonly name: string;
  readonly to: 'stream' | 'string';
  /** The first argument is a format. */
  readonly formatted: boolean;
  /** The first argument stands between the others. */
  readonly delimited: boolean;
  readonly newline: boolean;
}

const printers: ReadonlyMap<string, Printer> = new Map(
  (['stream', 'string'] as const).flatMap((to) =>
    ['', 'ln', 'd', 'dln', 'f'].map((suffix): [string, Printer] => {
      const name = `${to === 'string' ? 's' : ''}print${suffix}`;
      return [
        name,
        {
          name,
          to,
          formatted: suffix === 'f',
          delimited: suffix.startsWith('d'),
          newline: suffix.endsWith('ln'),
        },
      ];
    }),
  ),
);

/** The printer of that name, where it is one. */
export function printerNamed(name: string): Printer | undefined {
  return printers.get(name);
}
