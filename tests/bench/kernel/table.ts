/** Writes the table of a kernel: a line for each row, with the ratios that were wanted. */
import type { Contestant, Kind } from './contestants.ts';
import type { Measured } from './measure.ts';
import { callOf, type Row } from './rows.ts';

const HEAD = ['a hit of', 'tapc', 'by hand', 'ratio', 'at most', '', 'stap', 'ratio', 'at most', ''];

/** The text; SystemTap's figure is marked with an asterisk where it is not measured but the one once measured. */
export function table(
  line: string,
  rows: readonly Row[],
  all: readonly Contestant[],
  measured: Measured,
): string {
  const lines = rows.map((row) => cells(line, row, (kind) => over(row, kind, all, measured)));
  const widths = HEAD.map((head, i) => Math.max(head.length, ...lines.map((row) => row[i]?.length ?? 0)));
  return [HEAD, ...lines]
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))),
    )
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

function cells(line: string, row: Row, cost: (kind: Kind) => number | undefined): string[] {
  const [tapc, hand, stap] = [cost('tapc'), cost('hand'), cost('stap')];
  const once = row.stapOnce?.[line];
  return [
    row.title,
    tapc?.toFixed(0) ?? '',
    hand?.toFixed(0) ?? '',
    ...ratio(tapc, hand, row.atMost?.byHand),
    stap !== undefined ? stap.toFixed(0) : once !== undefined ? `*${once}` : '',
    ...ratio(tapc, stap ?? once, row.atMost?.stap),
  ];
}

function ratio(ours: number | undefined, theirs: number | undefined, atMost: number | undefined): string[] {
  if (ours === undefined || atMost === undefined) return ['', '', ''];
  if (theirs === undefined) return ['', atMost.toFixed(2), ''];
  const found = ours / theirs;
  return [found.toFixed(2), atMost.toFixed(2), found <= atMost ? 'ok' : 'over'];
}

function over(row: Row, kind: Kind, all: readonly Contestant[], measured: Measured): number | undefined {
  const i = all.findIndex((one) => one.row === row && one.kind === kind);
  const bare = measured.bare.get(callOf(row));
  const loaded = measured.loaded[i];
  return loaded === undefined || bare === undefined ? undefined : loaded - bare;
}
