/**
 * Counts which public names of the tapset that Debian's systemtap-common installs ours has, and prints the rest:
 * `npm run tapset:coverage`. Exit status 1 where fewer than 90% are there. Names alone are read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scanDefinitions } from '../../src/2-resolve/library.ts';
import { documented } from './documented.ts';
import { tapsetAliases, tapsetFunctions } from './functions.ts';

const INSTALLED = '/usr/share/systemtap/tapset';

/** Parts for another runtime, another processor, or for programs in user space. */
const ELSEWHERE =
  /^(?:bpf|dyninst|arm|i386|ia64|mips|powerpc|riscv|s390)\/|\/(?:arm|i386|ia64|mips|powerpc|riscv|s390)\/|python|java/;

interface Names {
  readonly functions: ReadonlySet<string>;
  readonly aliases: ReadonlySet<string>;
  readonly macros: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
}

export interface Coverage {
  readonly kind: string;
  readonly wanted: number;
  readonly missing: readonly string[];
}

export function coverage(): Coverage[] {
  const wanted = installedNames();
  const ours = ownNames();
  return (['functions', 'aliases', 'macros', 'globals'] as const).map((kind) => ({
    kind,
    wanted: wanted[kind].size,
    missing: [...wanted[kind]].filter((name) => !has(ours, kind, name)).sort(),
  }));
}

function has(ours: Names, kind: keyof Names, name: string): boolean {
  if (ours[kind].has(name)) return true;
  // What stands for a whole group of aliases: `nd_syscall` for `nd_syscall.read`.
  const [head = '', ...rest] = name.split('.');
  return (
    kind === 'aliases' &&
    head !== 'syscall' &&
    ours.aliases.has(head) &&
    ours.aliases.has(['syscall', ...rest].join('.'))
  );
}

function installedNames(): Names {
  const functions = new Set<string>();
  const aliases = new Set<string>();
  const macros = new Set<string>();
  const globals = new Set<string>();
  for (const name of readdirSync(INSTALLED, { recursive: true, encoding: 'utf8' })) {
    if (!/\.stpm?$/.test(name) || ELSEWHERE.test(name)) continue;
    const text = readFileSync(join(INSTALLED, name), 'utf8');
    for (const [, found = ''] of text.matchAll(/^\s*function\s+([A-Za-z]\w*)/gm)) functions.add(found);
    for (const [, found = ''] of text.matchAll(/^@define\s+([A-Za-z]\w*)/gm)) macros.add(found);
    for (const found of scanDefinitions(text).globals) if (!found.startsWith('_')) globals.add(found);
    if (/\/(?:nfs|nfsd|nfs_proc)\.stp$/.test(name)) continue;
    for (const [, list = ''] of text.matchAll(/^\s*probe\s+([^={]+?)\s*\+?=[^=]/gm)) {
      for (const alias of list.split(',')) {
        const found = alias.replace(/\([^)]*\)/g, '').trim();
        if (!found.startsWith('_')) aliases.add(found);
      }
    }
  }
  return { functions, aliases, macros, globals };
}

function ownNames(): Names {
  const macros = new Set<string>();
  const globals = new Set<string>();
  const folder = fileURLToPath(new URL('../../tapsets/', import.meta.url));
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.stpm?$/.test(name)) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    for (const found of scanDefinitions(text).globals) globals.add(found);
    for (const [, found = ''] of text.matchAll(/^@define\s+(\w+)/gm)) macros.add(found);
  }
  return {
    functions: new Set(tapsetFunctions().map((f) => f.item.name)),
    aliases: new Set(tapsetAliases().map((a) => a.name.replace(/\([^)]*\)/g, ''))),
    macros,
    globals,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { kind, wanted, missing } of coverage()) {
    const found = wanted - missing.length;
    const share = (100 * found) / wanted;
    process.stdout.write(`${found} of ${wanted} ${kind} (${share.toFixed(1)}%)\n`);
    for (let i = 0; i < missing.length; i += 6)
      process.stdout.write(`  ${missing.slice(i, i + 6).join(' ')}\n`);
    if (share < 90 && (kind === 'functions' || kind === 'aliases')) process.exitCode = 1;
  }
  const pages = documented();
  if (pages !== undefined) {
    const { aliases, variables, missing } = pages;
    process.stdout.write(
      `${variables - missing.length} of ${variables} variables of the ${aliases} aliases that have a manual page\n`,
    );
    for (const name of missing) process.stdout.write(`  ${name}\n`);
  }
}
