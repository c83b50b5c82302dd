/** Spans as lines and columns, and the lines themselves. */
import type { Source, Span } from '../1-parse/ast.ts';
import type { Where } from './plan.ts';

export class Places {
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #starts = new Map<string, readonly number[]>();

  constructor(sources: ReadonlyMap<string, Source>) {
    this.#sources = sources;
  }

  /** `hello.stp:3:7`: the file without its folders, so that output does not depend on where it lies. */
  where(span: Span): Where {
    const place = outermost(span);
    const starts = this.#linesOf(place.file);
    const line = lineAt(starts, place.start);
    return `${baseName(place.file)}:${line + 1}:${place.start - (starts[line] ?? 0) + 1}`;
  }

  /** The file that a span is shown in: for text that came through a macro, where that was used. */
  fileOf(span: Span): string {
    return outermost(span).file;
  }

  /** Number of the line in which a span starts, from 1. */
  line(span: Span): number {
    const place = outermost(span);
    return lineAt(this.#linesOf(place.file), place.start) + 1;
  }

  /** What the script says at a span, up to the end of the line, in one line. */
  text(span: Span): string {
    const place = outermost(span);
    const source = this.#sources.get(place.file)?.text ?? '';
    const end = source.indexOf('\n', place.start);
    const stop = Math.min(end < 0 ? source.length : end, Math.max(place.end, place.start + 1));
    return source.slice(place.start, stop).trim().replace(/;$/, '');
  }

  #linesOf(file: string): readonly number[] {
    const known = this.#starts.get(file);
    if (known !== undefined) return known;
    const text = this.#sources.get(file)?.text ?? '';
    const starts = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.#starts.set(file, starts);
    return starts;
  }
}

/** Where a macro was used, for text that came through one. */
function outermost(span: Span): Span {
  let place = span;
  while (place.via !== undefined) place = place.via;
  return place;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
