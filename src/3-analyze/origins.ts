/** Says of each diagnostic in a handler which alias its text came through, and at which point of a wildcard it holds. */
import type { Span } from '../1-parse/ast.ts';
import type { BoundProbe } from '../2-resolve/program.ts';
import type { Diagnostic, Note } from '../diagnostics/diagnostic.ts';
import { ownBlock } from './units.ts';

export function withOrigins(list: readonly Diagnostic[], probes: readonly BoundProbe[]): Diagnostic[] {
  return list.map((diagnostic) => {
    const { span } = diagnostic;
    const notes = span === undefined ? [] : notesFor(span, probes);
    return notes.length === 0 ? diagnostic : { ...diagnostic, notes: [...diagnostic.notes, ...notes] };
  });
}

/** The first probe that holds the place stands for all: what is said of one place is said once. */
function notesFor(span: Span, probes: readonly BoundProbe[]): Note[] {
  for (const probe of probes) {
    const block = probe.blocks.find((b) => contains(b.span, span));
    if (block === undefined) continue;
    if (block !== ownBlock(probe)) {
      const names = probe.origin.map((o) => `"${o.name}"`).join(' → ');
      return names === '' ? [] : [{ message: `in the alias ${names}, which is used here`, span: probe.span }];
    }
    const [point] = probe.points;
    if (point === undefined || point.text === probe.written || probes.length === 1) return [];
    return [{ message: `where the probe point stands for ${point.text}` }];
  }
  return [];
}

function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
}
