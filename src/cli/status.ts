/** What a module's `status` file tells of losses, in words. */

/** One line for each kind of loss; empty where nothing was lost. */
export function lossesOf(status: string): string[] {
  return status.split('\n').flatMap((line) => {
    const [kind, ...rest] = line.split(' ');
    switch (kind) {
      case 'output':
        return count(
          pairs(rest).get('dropped'),
          (n) =>
            `${n} output records were lost: the buffer was full (a larger one: -s MB, or buffer=MB of insmod)`,
        );
      case 'strings':
        return count(
          pairs(rest).get('truncated'),
          (n) => `${n} strings were cut short (longer ones: -D MAXSTRINGLEN=…)`,
        );
      case 'errors':
        return count(rest[0], (n) => `${n} run-time errors`);
      case 'probe':
        return probeLosses(line, status);
      case 'refused':
      case 'overload':
        return overload(pairs(rest));
      case 'cost':
      case 'late':
      case 'time':
      case 'module':
      case 'script':
      case 'state':
      case '':
      case undefined:
        return [];
      default:
        // A gauge of a global: "map reads full 3".
        return count(rest.at(-1), (n) => `${kind} ${rest[0] ?? ''}: ${rest.slice(1, -1).join(' ')} ${n}`);
    }
  });
}

function overload(words: ReadonlyMap<string, string>): string[] {
  const rests = count(
    words.get('rests'),
    (n) => `the script rested ${n} times: its handlers took too much time`,
  );
  if (words.get('stopped') !== '1') return rests;
  return [
    ...rests,
    'the script was ended: its handlers took too much time (rest instead: -D TAPC_THROTTLE; no limit: -D STP_NO_OVERLOAD)',
  ];
}

/** What each probe cost, where the status tells: exactly with -t, its part in an overload otherwise. */
export function costsOf(status: string): string[] {
  const points = new Map(
    [...status.matchAll(/^probe (\d+) .* where=(\S*) point=(.*)$/gm)].map(
      ([, row = '', where = '', point = '']) => [row, `probe ${point} (${where})`] as const,
    ),
  );
  const times = [...status.matchAll(/^time (\d+) hits=(\d+) min=(\d+) avg=(\d+) max=(\d+)$/gm)].map(
    ([, row = '', hits, min, avg, max]) =>
      `${points.get(row)}: hits ${hits}, ns ${min} min / ${avg} avg / ${max} max`,
  );
  const parts = [...status.matchAll(/^cost (\d+) cycles=\d+ percent=(\d+)$/gm)].map(
    ([, row = '', percent]) => `${points.get(row)}: ${percent}% of the handlers' time`,
  );
  return [...times, ...parts];
}

/** `name value name value …` */
function pairs(words: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < words.length; i += 2) found.set(words[i] ?? '', words[i + 1] ?? '');
  return found;
}

function count(text: string | undefined, describe: (n: string) => string): string[] {
  return text === undefined || !/^[1-9]\d*$/.test(text) ? [] : [describe(text)];
}

function probeLosses(line: string, status: string): string[] {
  const point = /\bpoint=(.*)$/.exec(line)?.[1] ?? '';
  const numbers = line.replace(/ where=.*$/, '');
  const fields = new Map([...numbers.matchAll(/(\w+)=(\d+)\b/g)].map((m) => [m[1] ?? '', m[2] ?? '0']));
  const missed = count(
    fields.get('missed'),
    (n) => `${n} hits of ${point} were dropped by the kernel before the handler could run`,
  );
  const skipped = count(fields.get('skipped'), (n) => {
    const reasons = [...fields].filter(([name, value]) => !ACCOUNTED.has(name) && value !== '0');
    return `${n} hits of ${point} were skipped (${reasons.map(([name, value]) => `${name} ${value}`).join(', ')})`;
  });
  const refused = count(fields.get('refused'), (n) =>
    refusals(/^probe (\d+)/.exec(line)?.[1], n, point, status),
  );
  return [...missed, ...skipped, ...refused];
}

/** Places of a probe that the kernel let no probe on, from lines `refused probe=0 error=-22 place=…`. */
function refusals(probe: string | undefined, n: string, point: string, status: string): string {
  const lines = [...status.matchAll(/^refused probe=(\d+) error=(-?\d+) place=(.*)$/gm)];
  const own = lines.filter(([, index]) => index === probe);
  const names = own.map(([, , error, place]) => `${place} (error ${error})`);
  const rest = Number(n) - names.length;
  const list = [...names, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return `${n} of ${point} left out, the kernel lets no probe there: ${list}`;
}

/** Fields of a probe's line that are no reason of skipping. */
const ACCOUNTED: ReadonlySet<string> = new Set([
  'hits',
  'recorded',
  'errors',
  'missed',
  'skipped',
  'refused',
]);
