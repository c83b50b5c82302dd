/** A tree and its diagnostics as text, for the expectations of the samples. */
import type { Script, Span } from '../../src/1-parse/ast.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';

const WIDTH = 100;

/** `(kind name=value (child …))`: on one line where it fits. Parts of no information are left out. */
export function dumpScript(script: Script): string {
  return script.items.map((item) => `${dump(item, '')}\n`).join('');
}

function dump(value: unknown, indent: string): string {
  if (value === undefined) return '*';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return layOut(
      '[',
      value.map((v: unknown) => dump(v, inner)),
      ']',
      indent,
    );
  const parts: string[] = [];
  let head = '(';
  for (const [key, field] of Object.entries(value)) {
    if (key === 'kind') head = `(${String(field)}`;
    else if (key !== 'span' && field !== false && !(Array.isArray(field) && field.length === 0)) {
      parts.push(`${key}=${dump(field, inner)}`);
    }
  }
  return layOut(head, parts, ')', indent);
}

function layOut(open: string, parts: readonly string[], close: string, indent: string): string {
  const space = open.length > 1 && parts.length > 0 ? ' ' : '';
  const line = `${open}${space}${parts.join(' ')}${close}`;
  if (!line.includes('\n') && line.length + indent.length <= WIDTH) return line;
  return `${open}\n${parts.map((part) => `${indent}  ${part}`).join('\n')}${close}`;
}

/** `code line:column-line:column: message`, with hints and notes below. */
export function dumpDiagnostics(list: readonly Diagnostic[], text: string): string {
  return list
    .map((d) => {
      const place = d.span === undefined ? '' : ` ${dumpSpan(d.span, text)}`;
      const hints = d.hints.map((hint) => `  hint: ${hint}\n`);
      const notes = d.notes.map(
        (n) => `  note${n.span === undefined ? '' : ` ${dumpSpan(n.span, text)}`}: ${n.message}\n`,
      );
      return `${d.severity} ${d.code}${place}: ${d.message}\n${hints.join('')}${notes.join('')}`;
    })
    .join('');
}

function dumpSpan(span: Span, text: string): string {
  const via = span.via === undefined ? '' : ` via ${dumpSpan(span.via, text)}`;
  return `${place(text, span.start)}-${place(text, span.end)}${via}`;
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}
