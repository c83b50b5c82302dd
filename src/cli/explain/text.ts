/** An explanation as text for people: short lines, aligned. */
import { styleText } from 'node:util';
import type { Explanation, HandlerExplanation, Place, PrintExplanation } from './describe.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Columns that a line may have. */
  readonly width: number;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Columns before what a label stands for. */
const MARGIN = 12;

export function explanationText(explanation: Explanation, { color, width }: TextOptions): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const rows = (label: string, lines: readonly string[]): string[] =>
    lines.map((line, i) => `  ${paint('dim', (i === 0 ? label : '').padEnd(MARGIN - 2))}${line}`);
  const handlers = explanation.handlers.map((h) => handlerText(h, paint, rows, width));
  const names = Math.max(0, ...explanation.globals.map((g) => declared(g).length));
  const globals = explanation.globals.map((g) => `${declared(g).padEnd(names)}  ${STORAGE[g.storage]}`);
  const ending = [
    ...(globals.length === 0 ? [] : [paint('bold', 'globals'), ...globals.map((line) => `  ${line}`), '']),
    paint('bold', `kernel symbols of the module, ${explanation.symbols.length}`),
    ...wrap(explanation.symbols, width - 2).map((line) => `  ${paint('dim', line)}`),
  ];
  return [...handlers.map((lines) => lines.join('\n')), ending.join('\n')].join('\n\n').concat('\n');
}

const STORAGE: Readonly<Record<Explanation['globals'][number]['storage'], string>> = {
  constant: 'never changed',
  percpu: 'a part on each CPU, brought together by who reads it',
  atomic: 'one number; each use is one load, store or step',
  locked: 'in one place',
};

const CLASS_STYLE: Readonly<Record<HandlerExplanation['class'], Style>> = {
  trace: 'green',
  accumulate: 'green',
  shared: 'yellow',
};

const LEVELS: Readonly<Record<HandlerExplanation['context']['level'], string>> = {
  process: 'in process context',
  atomic: 'where nothing may sleep, not in an NMI',
  nmi: 'in any context, NMI included',
};

function declared({ name, type, keys }: Explanation['globals'][number]): string {
  return keys.length === 0 ? `${name}: ${type}` : `${name}[${keys.join(', ')}]: ${type}`;
}

function handlerText(
  h: HandlerExplanation,
  paint: Paint,
  rows: (label: string, lines: readonly string[]) => string[],
  width: number,
): string[] {
  const alone = h.context.alone;
  const title = alone ? paint('green', 'alone') : paint(CLASS_STYLE[h.class], h.class);
  const { by, places } = h.attached;
  const why = h.why.place;
  return [
    `${paint('bold', h.point)}  ${title}  ${paint('dim', placeText(h.place))}`,
    ...rows('because', [
      h.why.text,
      ...(why === undefined || alone ? [] : [`${paint('dim', `${lineText(why, h.place)} |`)} ${why.text}`]),
    ]),
    ...rows('attached', [places === 1 ? by : `${by}, ${places} places`]),
    ...rows('runs', [LEVELS[h.context.level]]),
    ...rows('locks', h.locks.length === 0 ? [] : [h.locks.map(lockText).join(', ')]),
    ...rows('globals', h.globals.length === 0 ? [] : [h.globals.map((g) => `${g.how} ${g.name}`).join(', ')]),
    ...rows(
      'prints',
      h.prints.map((print) => printText(print, h.place)),
    ),
    ...rows('memory', [
      `about ${h.memory.stack} bytes of stack (estimated)${h.memory.scratch === 0 ? '' : `, ${h.memory.scratch} of scratch`}`,
    ]),
    ...rows('kernel', wrap(h.symbols, width - MARGIN)),
  ];
}

function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** The line alone where it is in the handler's own file. */
function lineText(place: Place, home: Place): string {
  return place.file === home.file ? `${place.line}` : placeText(place);
}

function lockText({ global, mode, at }: HandlerExplanation['locks'][number]): string {
  return `${global} to ${mode}${at === 'entry' ? ' at the entry' : ''}`;
}

function printText(print: PrintExplanation, home: Place): string {
  const how = print.written === 'in place' ? 'in place' : 'gathered: out when the handler ends';
  const locks = print.locked.map(({ argument, global }) =>
    argument === global ? `${argument} needs the lock` : `${argument} needs the lock of ${global}`,
  );
  const strings = print.strings.map(({ argument, made }) => `${argument} made ${made}`);
  const only = print.decides ? ['the handler takes it for its prints alone'] : [];
  return [`line ${lineText(print.place, home)}: ${how}`, ...strings, ...locks, ...only].join('; ');
}

/** Words in lines of at most so many columns. */
function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
