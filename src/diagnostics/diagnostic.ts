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

/**
 * Collects the diagnostics of one run; no phase throws one. What is said of one place more than once (an alias
 * prologue that several probes use) is kept once.
 */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];
  readonly #seen = new Set<string>();

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
    for (const diagnostic of list) this.#keep(diagnostic);
  }

  #add(
    severity: Diagnostic['severity'],
    code: string,
    span: Span | undefined,
    message: string,
    detail: DiagnosticDetail,
  ): void {
    this.#keep({
      code,
      severity,
      message,
      hints: detail.hints ?? [],
      notes: detail.notes ?? [],
      ...(span === undefined ? {} : { span }),
    });
  }

  #keep(diagnostic: Diagnostic): void {
    const { code, span, message } = diagnostic;
    const key = `${code} ${span?.file} ${span?.start} ${span?.end} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#list.push(diagnostic);
  }
}
