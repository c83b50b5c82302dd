/** Diagnostics as text for people: place, source line, underline, notes, hints. */
import { styleText } from 'node:util';
import type { Source, Span } from '../1-parse/ast.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface Position {
  /** Both count from 1; the column in characters. */
  readonly line: number;
  readonly column: number;
}

/** Where `offset` lies in `text`; past the end counts as the end. */
export function positionOf(text: string, offset: number): Position {
  const end = Math.max(0, Math.min(offset, text.length));
  const before = text.slice(0, end);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: [...before.slice(lineStart)].length + 1 };
}

/** `file:line:column`; the file alone where its text is not known. */
function placeOf(span: Span, sources: ReadonlyMap<string, Source>): string {
  const source = sources.get(span.file);
  if (source === undefined) return span.file;
  const { line, column } = positionOf(source.text, span.start);
  return `${span.file}:${line}:${column}`;
}

export interface RenderOptions {
  readonly color: boolean;
}

/** One diagnostic, several lines, ending in a newline. */
export function renderDiagnostic(
  d: Diagnostic,
  sources: ReadonlyMap<string, Source>,
  options: RenderOptions,
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  const head =
    d.severity === 'error' ? paint(['bold', 'red'], 'error') : paint(['bold', 'yellow'], 'warning');
  let out = `${head}${paint('bold', `[${d.code}]: ${printable(d.message)}`)}\n`;
  if (d.span !== undefined) out += excerpt(d.span, sources, (t) => paint('red', t), paint);
  for (const note of d.notes) {
    out += `  ${paint('cyan', 'note')}: ${printable(note.message)}\n`;
    if (note.span !== undefined) out += excerpt(note.span, sources, (t) => paint('cyan', t), paint);
  }
  for (const via of expansions(d.span)) {
    out += `  ${paint('cyan', 'note')}: ${EXPANDED}\n${excerpt(via, sources, (t) => paint('cyan', t), paint)}`;
  }
  for (const hint of d.hints) out += `  ${paint('green', 'help')}: ${printable(hint)}\n`;
  return out;
}

/** All of them, a blank line between, and a last line that counts them; empty for none. */
export function renderDiagnostics(
  list: readonly Diagnostic[],
  sources: ReadonlyMap<string, Source>,
  options: RenderOptions,
): string {
  return list.map((d) => renderDiagnostic(d, sources, options)).join('\n');
}

/** What is said of the places that `expansions` gives. */
export const EXPANDED = 'expanded from here';

/** The uses of macros that brought a place into the script, innermost first; of very many the first ones. */
export function expansions(span: Span | undefined): readonly Span[] {
  const found: Span[] = [];
  for (let via = span?.via; via !== undefined && found.length < 8; via = via.via) found.push(via);
  return found;
}

function excerpt(
  span: Span,
  sources: ReadonlyMap<string, Source>,
  mark: (text: string) => string,
  paint: (style: 'dim', text: string) => string,
): string {
  const place = placeOf(span, sources);
  const source = sources.get(span.file);
  if (source === undefined) return `  ${paint('dim', '-->')} ${place}\n`;
  const start = Math.min(span.start, source.text.length);
  const lineStart = source.text.lastIndexOf('\n', start - 1) + 1;
  const newline = source.text.indexOf('\n', start);
  const lineEnd = newline === -1 ? source.text.length : newline;
  const window = visibleWindow(
    source.text.slice(lineStart, lineEnd),
    start - lineStart,
    span.end - lineStart,
  );
  const number = String(positionOf(source.text, start).line);
  const margin = ' '.repeat(number.length);
  return (
    `${margin} ${paint('dim', '-->')} ${place}\n` +
    `${margin} ${paint('dim', '|')}\n` +
    `${number} ${paint('dim', '|')} ${window.text}\n` +
    `${margin} ${paint('dim', '|')} ${' '.repeat(window.start)}${mark('^'.repeat(window.width))}\n`
  );
}

/** Columns of a line shown on both sides of the marked place when the line is very long. */
const CONTEXT_COLUMNS = 60;

function visibleWindow(
  line: string,
  start: number,
  end: number,
): { text: string; start: number; width: number } {
  const from = Math.max(0, start - CONTEXT_COLUMNS);
  const to = Math.min(
    line.length,
    Math.max(start + 1, Math.min(end, start + CONTEXT_COLUMNS)) + CONTEXT_COLUMNS,
  );
  const lead = from > 0 ? '…' : '';
  const text = lead + printable(line.slice(from, to)) + (to < line.length ? '…' : '');
  const shown = (a: number, b: number) => [...printable(line.slice(a, b))].length;
  const stop = Math.min(end, to, line.length);
  return {
    text,
    start: lead.length + shown(from, Math.min(start, line.length)),
    width: Math.max(1, stop > start ? shown(start, stop) : 1),
  };
}

/** Tabs as one space, other control characters as a visible mark, so that columns stay true. */
function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, '\u00b7');
}
