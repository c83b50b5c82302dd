/** Trees as JSON, for files that are parsed when tapc is built. Places are pairs of offsets, big integers marked texts. */
import type { Script } from './ast.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A big integer in JSON: `{ "n": "42" }`. No node has such a field alone. */
interface StoredInteger {
  readonly n: string;
}

/** A script's items as JSON text. The places inside must all be in the script's own file, outside of macros. */
export function storeScript(script: Script): string {
  return JSON.stringify(script.items, (_key, value: unknown) => {
    if (typeof value === 'bigint') return { n: String(value) } satisfies StoredInteger;
    if (isSpan(value)) return [value.start, value.end];
    return value;
  });
}

/** The script that `storeScript` stored, as if parsed from `file`. */
export function loadScript(text: string, file: string): Script {
  const items: Json = JSON.parse(text);
  const script: unknown = { file, items: restore(items, file) };
  if (!isScript(script)) throw new Error(`the stored tree of ${file} is damaged: build tapc again`);
  return script;
}

function restore(value: Json, file: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((element) => restore(element, file));
  if (typeof value.n === 'string' && value.kind === undefined) return BigInt(value.n);
  const node: Record<string, unknown> = {};
  for (const key in value) {
    const field = value[key] ?? null;
    node[key] =
      key === 'span' && isList(field) ? { file, start: field[0], end: field[1] } : restore(field, file);
  }
  return node;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isSpan(value: unknown): value is { readonly start: number; readonly end: number } {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value && 'file' in value;
}

function isScript(value: unknown): value is Script {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);
}
