import { bundledNames, openBundled, openProfileFile } from './bundled.ts';
import { ProfileError } from './error.ts';
import { type ImportOptions, importedNames, importKernel, openRunning, profileFile } from './import.ts';
import type { KernelProfile } from './profile.ts';
import { selectProfile } from './select.ts';
import { tracepointNames } from './tracepoints.ts';

/** One line of `tapc kernels`. */
export interface KernelEntry {
  /** What to give to -r. */
  readonly name: string;
  readonly release: string;
  readonly arch: string;
  readonly origin: string;
  readonly kept: 'running' | 'bundled' | 'imported';
}

/** An imported profile that cannot be used: of another version of tapc, or damaged. */
export interface UnusableKernel {
  readonly file: string;
  readonly reason: string;
}

export interface KernelList {
  readonly kernels: readonly KernelEntry[];
  readonly unusable: readonly UnusableKernel[];
}

/** All profiles there are: the running kernel's, the bundled ones, then the imported ones. */
export function listKernels(): KernelList {
  const unusable: UnusableKernel[] = [];
  const kernels: KernelEntry[] = [];
  const add = (kept: KernelEntry['kept'], { name, release, arch, origin }: KernelProfile): void => {
    kernels.push({ name, release, arch, origin, kept });
  };
  const running = openRunning();
  if (running !== undefined) add('running', running);
  for (const name of bundledNames()) add('bundled', openBundled(name));
  for (const name of importedNames()) {
    const file = profileFile(name);
    try {
      add('imported', openProfileFile(file));
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error;
      unusable.push({ file, reason: `${error.message.replace(`${file}: `, '')}. ${error.hint}` });
    }
  }
  return { kernels, unusable };
}

/** `tapc kernels` in text: a table. */
export function kernelsText(): string {
  const { kernels, unusable } = listKernels();
  const rows = [
    ['NAME', 'RELEASE', 'ARCH', 'FROM'],
    ...kernels.map(({ name, release, arch, origin, kept }) => [
      name,
      release,
      arch,
      kept === 'bundled' ? `bundled: ${origin}` : origin,
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const others = unusable.map(({ file, reason }) => `${file}: ${reason}`);
  return [...lines, ...others].map((line) => `${line}\n`).join('');
}

/** What `tapc kernels show` tells of a profile. */
export interface KernelSummary {
  readonly name: string;
  readonly release: string;
  readonly arch: string;
  readonly version: string;
  readonly origin: string;
  readonly exportsAssumedFrom: string | null;
  readonly configAssumedFrom: string | null;
  readonly exportedSymbols: number;
  readonly functions: number;
  readonly structs: number;
  readonly variables: number;
  readonly tracepoints: number;
  readonly modules: readonly string[];
  readonly config: Readonly<Record<string, string>>;
}

/** The options that decide what scripts can do there. */
const tellingOptions = [
  'BPF_EVENTS',
  'DEBUG_INFO_BTF',
  'DYNAMIC_FTRACE_WITH_ARGS',
  'FPROBE',
  'FUNCTION_TRACER',
  'HAVE_KPROBES_ON_FTRACE',
  'KALLSYMS_ALL',
  'KPROBES',
  'KRETPROBES',
  'MODULE_SIG_FORCE',
  'MODVERSIONS',
  'PREEMPT_RT',
  'STACKTRACE',
  'TRACEPOINTS',
  'UPROBES',
] as const;

export function summarizeKernel(wanted?: string): KernelSummary {
  const { profile } = selectProfile(wanted);
  const types = profile.types();
  return {
    name: profile.name,
    release: profile.release,
    arch: profile.arch,
    version: profile.version,
    origin: profile.origin,
    exportsAssumedFrom: profile.exportsAssumedFrom ?? null,
    configAssumedFrom: profile.configAssumedFrom ?? null,
    exportedSymbols: [...profile.exportedSymbols()].length,
    functions: types.functionNames().length,
    structs: types.structNames().length,
    variables: types.variableNames().length,
    tracepoints: tracepointNames(types).length,
    modules: profile.modules(),
    config: Object.fromEntries(tellingOptions.map((option) => [option, profile.config(option) ?? 'n'])),
  };
}

/** `tapc kernels show` in text. */
export function summaryText(summary: KernelSummary): string {
  const assumed =
    summary.exportsAssumedFrom === null
      ? ''
      : ` (not told by the kernel: assumed from ${summary.exportsAssumedFrom})`;
  const rows: (readonly [string, string])[] = [
    ['name', summary.name],
    ['release', summary.release],
    ['arch', summary.arch],
    ['version', summary.version === '' ? 'not known' : summary.version],
    ['made from', summary.origin],
    ['exports', `${summary.exportedSymbols} symbols${assumed}`],
    ['functions', String(summary.functions)],
    ['structs', String(summary.structs)],
    ['variables', String(summary.variables)],
    ['tracepoints', String(summary.tracepoints)],
    ['modules', summary.modules.length === 0 ? 'none' : summary.modules.join(' ')],
    ...(summary.configAssumedFrom === null
      ? []
      : ([['configuration', `not told by the kernel: assumed from ${summary.configAssumedFrom}`]] as const)),
    ...Object.entries(summary.config).map(([option, value]) => [`CONFIG_${option}`, value] as const),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

/** `tapc kernels import`: keeps a profile made from the files, and says what it is. */
export function importText(files: readonly string[], options: ImportOptions): string {
  const profile = importKernel(files, options);
  return `imported ${profile.release} (${profile.arch}): use it with -r ${profile.name}\n`;
}
