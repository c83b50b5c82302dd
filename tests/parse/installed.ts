/** The scripts of Debian's systemtap-doc and systemtap-common, where they are installed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Script } from '../../src/1-parse/ast.ts';
import { type MacroTable, type ParseOptions, parse, parseMacros } from '../../src/1-parse/index.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';

const ROOTS = [
  '/usr/share/systemtap/examples',
  '/usr/share/systemtap/tapset',
  '/usr/share/doc/systemtap/examples/tutorial',
];

/** Templates with gaps to fill in, which no parser of the language accepts. */
const TEMPLATES: readonly string[] = ['security-bandaid-template.stp'];

/** Arguments for the scripts that want some and come without a description. */
const UNDESCRIBED: ReadonlyMap<string, readonly string[]> = new Map([
  ['pyexample.stp', ['python2']],
  ['graphcall.stp', ['process("/bin/ls").function("*")', 'ls']],
  ['inode-watch.stp', ['8', '1', '2']],
]);

export interface InstalledFile {
  readonly path: string;
  readonly text: string;
  /** The script's arguments, as the example's description has them. */
  readonly args: readonly string[];
}

/** All `.stp` and `.stpm` files. Throws where the packages are not installed. */
export function installedScripts(): readonly InstalledFile[] {
  return ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.stpm?$/.test(name))
      .sort()
      .map((name) => join(root, name))
      .map((path) => ({ path, text: readFileSync(path, 'utf8'), args: describedArguments(path) })),
  );
}

/** The arguments in the command of a script's `.meta` file, or in its first line, `// args: a b`. */
export function describedArguments(path: string): readonly string[] {
  const own = /^\/\/ args: (.*)/.exec(readFileSync(path, 'utf8'))?.[1];
  if (own !== undefined) return own.split(' ');
  const meta = path.replace(/\.stp$/, '.meta');
  if (!meta.endsWith('.meta') || !existsSync(meta)) return UNDESCRIBED.get(basename(path)) ?? [];
  const line = /^test_check: *(.*)$/m.exec(readFileSync(meta, 'utf8'))?.[1] ?? '';
  // What a command in the line would print is an address of the kernel.
  const words = (
    line.replaceAll(/`[^`]*`/g, 'ffffffff81000000').match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? []
  ).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
  const script = words.indexOf(basename(path));
  if (script < 0) return [];
  const args: string[] = [];
  for (let i = script + 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (/^-[cxd]$/.test(word)) i += 1;
    else if (!word.startsWith('-')) args.push(word === '$$' ? String(process.pid) : word);
  }
  return args;
}

/** As on a common machine. */
export const OPTIONS: ParseOptions = {
  args: [],
  conditions: {
    kernelRelease: '6.1.0-9-amd64',
    kernelVersion: '6.1.0',
    arch: 'x86_64',
    systemtapVersion: '4.8',
    privilege: 'stapdev',
    guru: true,
    runtime: 'kernel',
    config: (name) => (/^CONFIG_(?:X86_64|KPROBES|COMPAT|NFS_V[34]|IPV6)$/.test(name) ? 'y' : ''),
  },
  guru: true,
};

export interface CorpusResult {
  readonly failures: readonly { readonly path: string; readonly messages: readonly string[] }[];
  readonly items: number;
  readonly bytes: number;
  /** Templates, which were refused as they should be. */
  readonly templates: number;
  readonly milliseconds: number;
  /** Of processor time, the collector's included: what a busy machine does not change. */
  readonly cpuMilliseconds: number;
}

/** The macros of the tapset's macro files. */
export function installedMacros(files: readonly InstalledFile[]): MacroTable {
  const macros = new Map<string, NonNullable<ReturnType<MacroTable['get']>>>();
  for (const file of files) {
    if (!file.path.endsWith('.stpm') || /\/(?:bpf|dyninst)\//.test(file.path)) continue;
    const source = { file: file.path, text: file.text };
    for (const [name, macro] of parseMacros(source, OPTIONS, new Diagnostics())) macros.set(name, macro);
  }
  return macros;
}

/** Parses each file; `visit` sees every tree. */
export function parseFiles(
  files: readonly InstalledFile[],
  visit: (script: Script, file: InstalledFile) => void = () => {},
): CorpusResult {
  const macros = installedMacros(files);
  const failures: { path: string; messages: readonly string[] }[] = [];
  let items = 0;
  let bytes = 0;
  let templates = 0;
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  for (const file of files) {
    const template = TEMPLATES.includes(basename(file.path));
    const diagnostics = new Diagnostics();
    const source = { file: file.path, text: file.text };
    bytes += file.text.length;
    if (file.path.endsWith('.stpm')) {
      items += parseMacros(source, OPTIONS, diagnostics).size;
    } else {
      const script = parse(source, { ...OPTIONS, args: file.args, macros }, diagnostics);
      items += script.items.length;
      visit(script, file);
    }
    if (template && diagnostics.hasErrors) {
      templates += 1;
      continue;
    }
    if (template) failures.push({ path: file.path, messages: ['a template should not parse'] });
    if (diagnostics.list.length > 0) {
      failures.push({
        path: file.path,
        messages: diagnostics.list.map((d) => {
          const line = file.text.slice(0, d.span?.start ?? 0).split('\n').length;
          return `${line}: ${d.code}: ${d.message}`;
        }),
      });
    }
  }
  const cpu = process.cpuUsage(cpuStart);
  const cpuMilliseconds = (cpu.user + cpu.system) / 1000;
  return { failures, items, bytes, templates, milliseconds: performance.now() - start, cpuMilliseconds };
}
