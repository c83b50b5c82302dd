/** `STAP_GLOBAL_GET_name(…)` and `STAP_GLOBAL_SET_name(…)` in embedded C, written out as what the global is. */
import { replaceCalls } from './embedded.ts';
import type { GlobalInfo, GlobalTable } from './globals.ts';

/** `file`: where the C stands; globals of that file come first. `where`: C, for the errors of arrays. */
export function withGlobals(code: string, globals: GlobalTable, file: string, where: string): string {
  const named = new Map<string, GlobalInfo>();
  for (const info of globals.all) {
    const { name, span } = info.global.variable;
    if (!named.has(name) || span.file === file) named.set(name, info);
  }
  let text = code;
  for (const name of new Set([...code.matchAll(/\bSTAP_GLOBAL_(?:GET|SET)_(\w+)/g)].map((m) => m[1] ?? ''))) {
    const info = named.get(name);
    if (info === undefined) continue;
    text = replaceCalls(text, `STAP_GLOBAL_GET_${name}`, (argument) => getter(info, argument.trim()));
    text = replaceCalls(text, `STAP_GLOBAL_SET_${name}`, (argument) => setter(info, argument.trim(), where));
  }
  return text;
}

function getter({ form, id }: GlobalInfo, keys: string): string {
  return form === 'array' ? `map_${id}_get(${keys})` : `g_${id}`;
}

function setter({ form, id }: GlobalInfo, args: string, where: string): string {
  if (form === 'array') return `map_${id}_set(hit, ${where}, ${args})`;
  return form === 'string' ? `tapc_copy(hit, g_${id}, ${args})` : `g_${id} = (${args})`;
}
