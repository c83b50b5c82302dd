/** What the manual pages of SystemTap's tapset (package systemtap-doc) say that aliases set, held against ours. Names alone are read. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { check } from '../support/check.ts';

const PAGES = '/usr/share/man/man3';
/** Probes in SystemTap's own programs. */
const OWN = /^stap/;

export interface Documented {
  /** How many aliases have a page. */
  readonly aliases: number;
  /** Their variables. */
  readonly variables: number;
  /** `alias variable` of those that a script cannot print, on 6.12; `alias` where there is none of that name. */
  readonly missing: readonly string[];
}

/** Undefined where the pages are not installed. */
export function documented(): Documented | undefined {
  const pages = existsSync(PAGES) ? readdirSync(PAGES).filter((name) => name.startsWith('probe::')) : [];
  const aliases = pages.map(readPage).filter(({ alias }) => !OWN.test(alias));
  if (aliases.length === 0) return undefined;
  const missing = aliases.flatMap(({ alias, variables }) => {
    if (fails(`probe ${alias} { println("") }`)) return [alias];
    const all = variables.map((variable) => `println(${variable}) `).join('');
    if (!fails(`probe ${alias} { ${all} }`)) return [];
    return variables.flatMap((variable) =>
      fails(`probe ${alias} { println(${variable}) }`) ? [`${alias} ${variable}`] : [],
    );
  });
  return { aliases: aliases.length, variables: aliases.flatMap((a) => a.variables).length, missing };
}

function readPage(name: string): { readonly alias: string; readonly variables: readonly string[] } {
  const text = gunzipSync(readFileSync(join(PAGES, name))).toString();
  const values = /\.SH "?VALUES"?([\s\S]*?)(?:\.SH|$)/.exec(text)?.[1] ?? '';
  return {
    alias: name.replace(/^probe::|\.3stap\.gz$/g, ''),
    variables: [...values.matchAll(/\\fI(\w+)\\fR/g)].map(([, variable = '']) => variable),
  };
}

function fails(script: string): boolean {
  return check(script, { kernel: '6.12', guru: true }).diagnostics.some((d) => d.severity === 'error');
}
