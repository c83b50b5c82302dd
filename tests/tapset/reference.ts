/**
 * Prints the reference of the tapset in Markdown: `npm run --silent tapset:reference > reference.md`. Of each alias what it stands
 * on, on each bundled kernel, and how many stand on tracepoints; of each function how it is called and what it gives.
 */
import { fileURLToPath } from 'node:url';
import { selectProfile } from '../../src/kernel/select.ts';
import { checkScript } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';
import { type TapsetAlias, tapsetAliases, tapsetFunctions } from './functions.ts';

const KERNELS = ['5.10', '6.1', '6.12', '7.2', '7.3'];

/**
 * What an alias stands on. `mixed` are tracepoints and functions; `untyped` functions of a module whose types the kernel's files do not have, so that
 * there is the event, but none of its variables; `never` is what this kernel has no such event for; `none` what it cannot be used on.
 */
type Base = 'tracepoint' | 'function' | 'mixed' | 'untyped' | 'system call' | 'other' | 'never' | 'none';

/** The whole text; `kernels` are those whose bases are told of. */
export function reference(kernels: readonly string[] = KERNELS): string {
  const aliases = tapsetAliases();
  const bases = new Map(kernels.map((kernel) => [kernel, basesOn(kernel, aliases)]));
  const lines = ['# The tapset', '', '## Aliases', '', ...shares(bases), ''];
  for (const area of new Set(aliases.map((a) => a.area))) {
    lines.push(
      `### ${area}`,
      '',
      `| alias | ${kernels.join(' | ')} | |`,
      `|---|${kernels.map(() => '---|').join('')}---|`,
    );
    for (const { name, item } of aliases.filter((a) => a.area === area)) {
      const on = kernels.map((kernel) => bases.get(kernel)?.get(name) ?? 'none');
      lines.push(`| \`${name}\` | ${on.join(' | ')} | ${cell(item.doc)} |`);
    }
    lines.push('');
  }
  lines.push('## Functions', '');
  const functions = tapsetFunctions();
  for (const area of new Set(functions.map((f) => f.area))) {
    lines.push(`### ${area}`, '', '| function | |', '|---|---|');
    for (const { item } of functions.filter((f) => f.area === area)) {
      const params = item.params.map((p) => `${p.name}:${p.type ?? ''}`).join(', ');
      const type = item.type === undefined ? '' : `:${item.type}`;
      lines.push(`| \`${item.name}${type}(${params})\` | ${cell(item.doc)} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

function cell(doc: string | undefined): string {
  return (doc ?? '').replaceAll('\n', ' ').replaceAll('|', '\\|');
}

function shares(bases: ReadonlyMap<string, ReadonlyMap<string, Base>>): string[] {
  return [...bases].map(([kernel, map]) => {
    const count = (...kinds: Base[]): number => [...map.values()].filter((b) => kinds.includes(b)).length;
    const there = map.size - count('none', 'never');
    const traced = count('tracepoint', 'system call');
    const share = ((100 * traced) / there).toFixed(0);
    return (
      `- ${kernel}: ${there} of ${map.size} aliases; ${traced} (${share}%) stand on tracepoints, ` +
      `${count('system call')} of them by the number of a system call; ${count('function')} on functions, ${count('mixed')} on both, ` +
      `${count('untyped')} on functions without their types`
    );
  });
}

function basesOn(kernel: string, aliases: readonly TapsetAlias[]): Map<string, Base> {
  const { profile } = selectProfile(kernel);
  const text = aliases.map(({ name }) => `probe ${name} ? { println(1) }\n`).join('');
  const { checked, diagnostics } = checkScript({ ...moduleRequest(text, { kernel, guru: true }), profile });
  if (checked === undefined)
    throw new Error(
      `the aliases do not pass on ${kernel}: ${diagnostics.find((d) => d.severity === 'error')?.message}`,
    );
  const points = new Map<string, readonly string[]>();
  for (const { probe } of checked.probes) {
    const others = points.get(probe.written) ?? [];
    points.set(probe.written, [...others, ...probe.points.map((p) => p.text)]);
  }
  const typed = new Set(profile.modules());
  return new Map(aliases.map(({ name }) => [name, baseOf(points.get(name), typed)]));
}

/** Of all the points that an alias stands for here; `typed` are the modules whose types are known. */
function baseOf(points: readonly string[] | undefined, typed: ReadonlySet<string>): Base {
  const real = points?.filter((point) => point !== 'never');
  if (real === undefined) return 'none';
  if (real.length === 0) return 'never';
  const traced = real.some((point) => point.includes('.trace('));
  const called = real.filter((point) => point.includes('.function('));
  const untyped = (point: string): boolean => {
    const module = /^module\("(\w+)"\)/.exec(point)?.[1];
    return module !== undefined && !typed.has(module);
  };
  if (called.length > 0) return traced ? 'mixed' : called.some(untyped) ? 'untyped' : 'function';
  if (traced) return 'tracepoint';
  return real.some((point) => point.includes('kernel.syscall')) ? 'system call' : 'other';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${reference()}\n`);
