/** What each part of `src/` may use. Changing the architecture means changing this table first. */

/** Folder of `src/`, or a file directly in it. */
export interface PartRules {
  /** Parts whose code it may import. */
  readonly imports: readonly string[];
  /** Parts that it may only import types of. */
  readonly types?: readonly string[];
}

const PHASE_BASE = ['diagnostics', 'kernel', 'once.ts', 'unreachable.ts'];

export const PARTS: Readonly<Record<string, PartRules>> = {
  diagnostics: { imports: [], types: ['1-parse'] },
  'assets.ts': { imports: ['once.ts'] },
  'once.ts': { imports: [] },
  'unreachable.ts': { imports: [] },
  kernel: { imports: ['assets.ts'] },
  regex: { imports: ['unreachable.ts'] },
  '1-parse': { imports: ['diagnostics', 'assets.ts', 'once.ts', 'unreachable.ts'] },
  format: { imports: ['1-parse', 'diagnostics'] },
  probes: { imports: ['1-parse', ...PHASE_BASE], types: ['2-resolve', '3-analyze', '4-plan'] },
  '2-resolve': { imports: ['1-parse', ...PHASE_BASE], types: ['probes'] },
  '3-analyze': { imports: ['1-parse', '2-resolve', 'regex', ...PHASE_BASE], types: ['probes'] },
  '4-plan': {
    imports: ['1-parse', '2-resolve', '3-analyze', 'regex', 'assets.ts', ...PHASE_BASE],
    types: ['probes'],
  },
  '5-emit': {
    imports: ['4-plan', 'assets.ts', 'once.ts', 'unreachable.ts'],
    types: ['1-parse', '2-resolve', '3-analyze', 'kernel', 'probes'],
  },
  'pipeline.ts': {
    imports: ['1-parse', '2-resolve', '3-analyze', '4-plan', '5-emit', 'diagnostics', 'kernel', 'probes'],
  },
  api: { imports: ['4-plan', 'kernel', 'assets.ts'] },
  cli: {
    imports: [
      'api',
      '1-parse',
      '2-resolve',
      '3-analyze',
      '4-plan',
      '5-emit',
      'format',
      'diagnostics',
      'kernel',
      'probes',
      'pipeline.ts',
      'assets.ts',
      'once.ts',
      'unreachable.ts',
    ],
  },
};

/** The only part that may import each library. */
export const LIBRARIES: Readonly<Record<string, string>> = {
  'ohm-js': '1-parse',
  handlebars: '5-emit',
  commander: 'cli',
  diff: 'cli',
  fzstd: 'kernel',
};

/** Parts that are functions of their inputs: no environment, no clock, no chance, no files. */
export const PURE = [
  '1-parse',
  '2-resolve',
  '3-analyze',
  '4-plan',
  '5-emit',
  'probes',
  'diagnostics',
  'regex',
  'pipeline.ts',
  'once.ts',
  'unreachable.ts',
];

/** Files of pure parts that may read files that ship with the program, and why. */
export const READS_SHIPPED_FILES: Readonly<Record<string, string>> = {
  'src/1-parse/grammar.ts': 'the grammar is a file',
  'src/diagnostics/catalogue.ts': 'the catalogue is Markdown',
  'src/4-plan/link/library.ts': 'the runtime is C, in files',
  'src/5-emit/templates.ts': 'templates are files',
  'src/5-emit/precompile.ts': 'templates are files; runs when tapc is built',
};

/** Who may write files: what a user asked for, and the cache of imported profiles. */
export const MAY_WRITE = ['src/cli/', 'src/kernel/'];

/** Folder names of families that are words of the language too, so that every phase has them as kinds of its nodes. */
export const LANGUAGE_WORDS = ['function', 'perf'];

/** Files of more than 500 lines, and why they are. */
export const LONG_FILES: Readonly<Record<string, string>> = {};

/** Free names that make a function depend on more than its inputs. */
export const IMPURE_NAMES = ['process', 'Date', 'performance', 'globalThis', 'setTimeout', 'setInterval'];

/** Modules of Node that reach outside the process. */
export const IMPURE_MODULES =
  /^node:(fs|fs\/promises|os|child_process|process|net|http|https|dns|worker_threads)$/;

/** Functions of node:fs that change the disk. */
export const WRITERS =
  /^(writeFile|appendFile|mkdir|mkdtemp|rm|rmdir|unlink|rename|copyFile|cp|symlink|link|truncate|chmod|chown|utimes|createWriteStream|write|writev|open|openAsBlob)(Sync)?$/;
