/** A comparison as text: the meaning, line by line, then the unified diff. */
import { styleText } from 'node:util';
import type { Meaning, Named } from './meaning.ts';

type Style = Parameters<typeof styleText>[0];

export interface Labels {
  readonly from: string;
  readonly to: string;
  readonly color: boolean;
}

const LISTED = 20;

export function meaningText(meaning: Meaning, labels: Labels): string {
  const paint = painter(labels.color);
  const { symbols, variants, offsets, points, errors } = meaning;
  const named = (sign: '-' | '+', list: readonly Named[]): string[] =>
    list.map(({ name, why }) => paint(STYLES[sign], `${sign} ${name}`) + (why === '' ? '' : `  ${why}`));
  const plain = (sign: '-' | '+', list: readonly string[]): string[] => [
    ...list.slice(0, LISTED).map((text) => paint(STYLES[sign], `${sign} ${text}`)),
    ...(list.length > LISTED ? [`  … and ${list.length - LISTED} more`] : []),
  ];
  const at = (offset: number | null): string => (offset === null ? 'not read' : `${offset}`);
  const failed = (label: string, list: readonly string[]) =>
    section(`does not compile for ${label}`, plain('-', list));
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${paint('bold', title)}\n${lines.map((line) => `  ${line}\n`).join('')}`;
  return [
    failed(labels.from, errors.from),
    failed(labels.to, errors.to),
    section('kernel symbols', [...named('-', symbols.gone), ...named('+', symbols.come)]),
    section('variants of the runtime, by the fact that decides', [
      ...named('-', variants.gone),
      ...named('+', variants.come),
    ]),
    section(
      'offsets of members',
      offsets.map(({ member, from, to }) => `${member}  ${at(from)} -> ${at(to)}`),
    ),
    section('probe points', [...plain('-', points.lost), ...plain('+', points.found)]),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

const STYLES: Readonly<Record<'-' | '+', Style>> = { '-': 'red', '+': 'green' };

/** A unified diff, in the colours that people know. */
export function patchText(patch: string, color: boolean): string {
  if (!color) return patch;
  const paint = painter(true);
  return patch
    .split('\n')
    .map((line) => {
      if (/^(?:---|\+\+\+) /.test(line)) return paint('bold', line);
      if (line.startsWith('@@')) return paint('cyan', line);
      if (line.startsWith('-')) return paint('red', line);
      return line.startsWith('+') ? paint('green', line) : line;
    })
    .join('\n');
}

function painter(color: boolean): (style: Style, text: string) => string {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}
