/** What commands say on standard error. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { EXPANDED, expansions, positionOf, renderDiagnostics } from '../diagnostics/render.ts';
import type { CheckResult } from '../pipeline.ts';
import type { CliError } from './exit.ts';
import type { Warnings } from './request.ts';

/** True where standard error is a terminal that takes colour. */
function colorOnStderr(): boolean {
  return process.stderr.isTTY === true && process.env.NO_COLOR === undefined;
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** All diagnostics, and a line that counts them. */
export function reportDiagnostics(result: Pick<CheckResult, 'diagnostics' | 'sources'>): void {
  const { diagnostics, sources } = result;
  if (diagnostics.length === 0) return;
  process.stderr.write(renderDiagnostics(diagnostics, sources, { color: colorOnStderr() }));
  say(`\n${summary(diagnostics)}`);
}

/** The same, warnings as they are wanted; true where the run is not to go on. */
export function reportOutcome(
  result: Pick<CheckResult, 'diagnostics' | 'sources' | 'hasErrors'>,
  warnings: Warnings,
): boolean {
  const { diagnostics, sources, hasErrors } = result;
  const shown = warnings === 'hidden' ? diagnostics.filter((d) => d.severity === 'error') : diagnostics;
  reportDiagnostics({ diagnostics: shown, sources });
  if (warnings !== 'errors' || hasErrors || !diagnostics.some((d) => COUNTED.has(d.code))) return hasErrors;
  say('tapc: warnings are errors (-W)');
  return true;
}

/** What SystemTap warns of, too, and takes for an error with -W. What else tapc says is advice. */
const COUNTED: ReadonlySet<string> = new Set([
  'hidden-operator',
  'idle-probe',
  'never-assigned',
  'no-effect',
  'tapset-skipped',
  'unused-variable',
]);

function summary(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']) =>
    diagnostics.filter((d) => d.severity === severity).length;
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const errors = count('error');
  const warnings = count('warning');
  const counts = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ].join(', ');
  const first = diagnostics.find((d) => d.severity === 'error');
  return first === undefined ? counts : `${counts}; \`tapc explain ${first.code}\` says more about the first`;
}

/** Diagnostics as `check --json` prints them: lines and columns from 1, offsets in UTF-16 units from 0. */
export function diagnosticsJson(result: Pick<CheckResult, 'diagnostics' | 'sources'>): unknown[] {
  const place = (span: Diagnostic['span']) => {
    if (span === undefined) return {};
    const text = result.sources.get(span.file)?.text ?? '';
    return {
      file: span.file,
      start: { ...positionOf(text, span.start), offset: span.start },
      end: { ...positionOf(text, span.end), offset: span.end },
    };
  };
  return result.diagnostics.map((d) => ({
    code: d.code,
    severity: d.severity,
    message: d.message,
    ...place(d.span),
    hints: d.hints,
    notes: [
      ...d.notes.map((n) => ({ message: n.message, ...place(n.span) })),
      ...expansions(d.span).map((via) => ({ message: EXPANDED, ...place(via) })),
    ],
  }));
}

/** The last words of a run that failed, without a stack. */
export function reportCliError(error: CliError): void {
  say(`tapc: ${error.message}`);
  for (const hint of error.hints) say(`  help: ${hint}`);
}
