/** Names of system calls by number, as functions of the tapset. */
import { callTable } from '../../src/probes/syscall/numbers.ts';

export function nameFile(arch: 'x86_64' | 'arm64'): string {
  const short = arch === 'arm64' ? 'arm64' : 'x86';
  const calls = callTable(arch);
  const list = (of: 'native' | 'narrow'): string[] =>
    wrap(
      [...calls]
        .filter((call) => call[of] >= 0)
        .sort((a, b) => a[of] - b[of])
        // A number that has two names, an old one and its successor's, keeps one.
        .filter((call, i, all) => call[of] !== all[i - 1]?.[of])
        .map((call) => `[${call[of]}] = "${call.name}",`),
    );
  return [
    `// Names of system calls by number, for ${short}. Made by \`npm run tapset\`.`,
    '',
    `/** Name of a system call of ${short} by its number, of a 32-bit program where \`compat\`; empty where it has none. */`,
    `function syscall_name_${short}:string(nr:long, compat:long) %{ /* pure */ /* unprivileged */`,
    '\tstatic const char *const native[] = {',
    ...list('native'),
    '\t};',
    '\tstatic const char *const narrow[] = {',
    ...list('narrow'),
    '\t};',
    '\tunsigned int count = STAP_ARG_compat ? ARRAY_SIZE(narrow) : ARRAY_SIZE(native);',
    '\tconst char *name = NULL;',
    '',
    '\tif ((u64)STAP_ARG_nr < count)',
    '\t\tname = (STAP_ARG_compat ? narrow : native)[STAP_ARG_nr];',
    '\ttapc_copy(hit, STAP_RETVALUE, name ?: "");',
    '%}',
    '',
  ].join('\n');
}

function wrap(entries: readonly string[]): string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + entry.length < 135) lines[lines.length - 1] = `${last} ${entry}`;
    else lines.push(`\t\t${entry}`);
  }
  return lines;
}
