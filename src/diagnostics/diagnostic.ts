/** What a phase has to say about a script, and the place to say it in. */
import type { Span } from '../1-parse/ast.ts';

export interface Note {
  readonly message: string;
  readonly span?: Span;
}

export interface Diagnostic {
  /** Key of an entry of the catalogue in `messages/`: `unknown-function`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly span?: Span;
  /** What to do about it, each a full sentence or a "did you mean". */
  readonly hints: readonly string[];
  /** Other places that belong to it: where a name was first used, what an alias expanded from. */
  readonly notes: readonly Note[];
}

export interface DiagnosticDetail {
  readonly hints?: readonly string[];
  readonly notes?: readonly Note[];
}

/** Collects the diagnostics of one run; no phase throws one. */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];

  get list(): readonly Diagnostic[] {
    return this.#list;
  }

  get hasErrors(): boolean {
    return this.#list.some((d) => d.severity === 'error');
  }

  error(code: string, span: Span | undefined, message: string, detail: DiagnosticDetail = {}): void {
    this.#add('error', code, span, message, detail);
  }

  warning(code: string, span: Span | undefined, message: string, detail: DiagnosticDetail = {}): void {
    this.#add('warning', code, span, message, detail);
  }

  /** Takes over what another run collected. */
  adopt(list: readonly Diagnostic[]): void {
    this.#list.push(...list);
  }

  #add(
    severity: Diagnostic['severity'],
    code: string,
    span: Span | undefined,
    message: string,
    detail: DiagnosticDetail,
  ): void {
    this.#list.push({
      code,
      severity,
      message,
      hints: detail.hints ?? [],
      notes: detail.notes ?? [],
      ...(span === undefined ? {} : { span }),
    });
  }
}
