/** Reads the status file of a module, strictly: `runtime/core/README.md` has its format. */

export interface ProbeStatus {
  readonly point: string;
  readonly where: string;
  readonly hits: number;
  readonly recorded: number;
  readonly errors: number;
  readonly missed: number;
  readonly skipped: number;
  /** Places that the kernel lets no probe on. */
  readonly refused: number;
  /** Counts of `skipped` by reason. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface ProbeTime {
  readonly hits: number;
  readonly min: number;
  readonly avg: number;
  readonly max: number;
}

export interface ModuleStatus {
  /** `starting`, `running`, `stopping` or `done`. */
  readonly state: string;
  readonly dropped: number;
  readonly truncated: number;
  /** `map reads full` and the like, with their counts. */
  readonly gauges: Readonly<Record<string, number>>;
  readonly probes: readonly ProbeStatus[];
  /** What `-t` tells of each probe, in nanoseconds, by its row. */
  readonly times: ReadonlyMap<number, ProbeTime>;
  /** Cycles that each probe took where there was an overload, by its row. */
  readonly costs: ReadonlyMap<number, number>;
  /** How many hits of each probe had to wait, by its row. */
  readonly late: ReadonlyMap<number, number>;
  /** Lines that the format does not have. */
  readonly strange: readonly string[];
}

/** Of a run that left none. */
export const NO_STATUS: ModuleStatus = {
  state: '',
  dropped: 0,
  truncated: 0,
  gauges: {},
  probes: [],
  times: new Map(),
  costs: new Map(),
  late: new Map(),
  strange: [],
};

const TIME = /^time (\d+) hits=(\d+) min=(\d+) avg=(\d+) max=(\d+)$/;
const COST = /^cost (\d+) cycles=(\d+) percent=\d+$/;
const PROBE =
  /^probe \d+ hits=(\d+) recorded=(\d+) errors=(\d+) missed=(\d+) skipped=(\d+)((?: \w+=\d+)*?)(?: refused=(\d+))? where=(\S*) point=(.*)$/;

/** The status that a text tells. */
export function readStatus(text: string): ModuleStatus {
  let state = '';
  let dropped = 0;
  let truncated = 0;
  const gauges: Record<string, number> = {};
  const probes: ProbeStatus[] = [];
  const times = new Map<number, ProbeTime>();
  const costs = new Map<number, number>();
  const late = new Map<number, number>();
  const strange: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const words = line.split(' ');
    const output = /^output records \d+ bytes \d+ dropped (\d+)$/.exec(line);
    const strings = /^strings truncated (\d+)$/.exec(line);
    const probe = PROBE.exec(line);
    const [, row, hits, min, avg, max] = TIME.exec(line)?.map(Number) ?? [];
    const [, waiting, waited] = /^late (\d+) hits=(\d+)$/.exec(line)?.map(Number) ?? [];
    const [, costly, cycles] = COST.exec(line)?.map(Number) ?? [];
    const overload = /^overload stopped (\d) rests (\d+)$/.exec(line);
    if (words[0] === 'module' || words[0] === 'script') continue;
    if (words[0] === 'state') state = words[1] ?? '';
    else if (output !== null) dropped = Number(output[1]);
    else if (strings !== null) truncated = Number(strings[1]);
    else if (
      row !== undefined &&
      hits !== undefined &&
      min !== undefined &&
      avg !== undefined &&
      max !== undefined
    )
      times.set(row, { hits, min, avg, max });
    else if (waiting !== undefined && waited !== undefined) late.set(waiting, waited);
    else if (costly !== undefined && cycles !== undefined) costs.set(costly, cycles);
    else if (overload !== null) {
      gauges['overload stopped'] = Number(overload[1]);
      gauges['overload rests'] = Number(overload[2]);
    } else if (probe !== null) probes.push(probeStatus(probe));
    else if (/^refused probe=\d+ error=-\d+ place=./.test(line)) continue;
    else if (/^\w+( \S+)* \d+$/.test(line)) gauges[words.slice(0, -1).join(' ')] = Number(words.at(-1));
    else strange.push(line);
  }
  return { state, dropped, truncated, gauges, probes, times, costs, late, strange };
}

function probeStatus(match: RegExpExecArray): ProbeStatus {
  const [, hits, recorded, errors, missed, skipped, reasons = '', refused = '0', where = '', point = ''] =
    match;
  const pairs = [...reasons.matchAll(/(\w+)=(\d+)/g)].map(([, name = '', n]) => [name, Number(n)] as const);
  return {
    point,
    where,
    hits: Number(hits),
    recorded: Number(recorded),
    errors: Number(errors),
    missed: Number(missed),
    skipped: Number(skipped),
    refused: Number(refused),
    reasons: Object.fromEntries(pairs),
  };
}

/** What in a status is wrong in itself: a strange line, sums that do not add up, or the script had not ended when it was read. */
export function contradictions(status: ModuleStatus): string[] {
  const wrong = status.state === 'done' ? [] : [`after the end of the trace the state is ${status.state}`];
  wrong.push(...status.strange.map((line) => `no line of a status file: ${line}`));
  for (const probe of status.probes) {
    const reasons = Object.values(probe.reasons).reduce((sum, n) => sum + n, 0);
    if (probe.hits !== probe.recorded + probe.skipped || reasons !== probe.skipped) {
      wrong.push(`the counts of ${probe.point} do not add up: ${JSON.stringify(probe)}`);
    }
  }
  return wrong;
}

/**
 * What was lost, one text each; run-time errors do not count where the script is to fail. Neither do the ticks that a
 * timer missed: an emulated processor on a busy machine stands still for longer than a timer's interval.
 */
export function losses(status: ModuleStatus, fails: boolean): string[] {
  const counts: [string, number][] = [
    ['output records dropped', status.dropped],
    ['strings truncated', status.truncated],
    ...Object.entries(status.gauges).filter(([name]) => !(fails && name === 'errors')),
    ...status.probes.flatMap((probe): [string, number][] => [
      [`hits of ${probe.point} missed`, probe.point.startsWith('timer.') ? 0 : probe.missed],
      [`hits of ${probe.point} skipped`, probe.skipped],
      [`errors of ${probe.point}`, fails ? 0 : probe.errors],
    ]),
  ];
  return counts.filter(([, n]) => n !== 0).map(([what, n]) => `status: ${n} ${what}`);
}
