/** What a line of stap's asks for, options checked and put in tapc's terms. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SourceBeside } from '../../pipeline.ts';
import { readLine, type StapWord, stapError } from './options.ts';

export interface StapSettings {
  /** 1 parse, 2 elaborate, 3 translate, 4 compile, 5 run. */
  readonly lastPass: 1 | 2 | 3 | 4 | 5;
  readonly listing: Listing | undefined;
  readonly script: string | undefined;
  readonly text: string | undefined;
  /** Run beside the script: `-E`, and what other options stand for. */
  readonly more: readonly SourceBeside[];
  readonly args: readonly string[];
  readonly guru: boolean;
  readonly verbose: number;
  readonly timing: boolean;
  readonly unoptimized: boolean;
  readonly keep: boolean;
  readonly warnings: 'shown' | 'hidden' | 'errors';
  readonly folders: readonly string[];
  readonly defines: readonly string[];
  readonly makeArguments: readonly string[];
  readonly globals: readonly string[];
  readonly release: string | undefined;
  readonly arch: string | undefined;
  readonly module: string | undefined;
  readonly output: string | undefined;
  readonly command: string | undefined;
  readonly target: string | undefined;
  readonly compatible: string | undefined;
  readonly catchErrors: boolean;
  readonly display: boolean;
  /** `-h`, `-V` and the like: nothing else is done. */
  readonly only: 'help' | 'version' | 'nothing' | undefined;
}

/** `-l`, `-L`, and the lists of what there is. */
export type Listing =
  | { readonly kind: 'points'; readonly pattern: string; readonly variables: boolean }
  | { readonly kind: 'types' | 'aliases' | 'functions' };

const EXAMPLES = '/usr/share/systemtap/examples';

export function readSettings(argv: readonly string[]): StapSettings {
  const line = readLine(argv);
  const { words } = line;
  // These are served where they stand; what follows is not looked at.
  const end = line.options.findIndex(({ name }) => ENDING.has(name));
  const options = end < 0 ? line.options : line.options.slice(0, end + 1);
  const all = (name: string): string[] =>
    options.flatMap((o) => (o.name === name && o.value !== undefined ? [o.value] : []));
  const last = (name: string): string | undefined => all(name).at(-1);
  const has = (name: string): boolean => options.some((o) => o.name === name);
  const only = onlyOf(options);
  const listing = listingOf(options);
  const texts = all('e');
  if (texts.length > 1) throw stapError('Only one script can be given on the command line.');
  const text = texts[0];
  const takesFile = text === undefined && listing === undefined;
  const [file, ...rest] = words;
  if (only === undefined && takesFile && file === undefined) {
    throw stapError(
      'A script must be specified.',
      'name a file, - for standard input, or give the text with -e',
    );
  }
  if (listing !== undefined && has('p')) {
    throw stapError('Cannot specify -p with -l/-L/--dump-* switches.');
  }
  if (listing !== undefined && text !== undefined) {
    throw stapError('Cannot specify a script with -l/-L/--dump-* switches.');
  }
  checkValues(all, has);
  return {
    lastPass: passOf(last('p')),
    listing,
    script: takesFile && file !== undefined ? (has('example') ? exampleNamed(file) : file) : undefined,
    text,
    more: [
      ...all('E').map((each, i) => ({ file: `<-E ${i + 1}>`, text: each })),
      ...all('T').map((seconds) => ({ file: '<-T>', text: `probe timer.s(${seconds}) { exit() }` })),
      ...all('modinfo').map(moduleInfo),
    ],
    args: takesFile ? rest : words,
    guru: has('g'),
    verbose: options.filter((o) => o.name === 'v').length,
    timing: has('t'),
    unoptimized: has('u'),
    keep: has('k'),
    warnings: has('w') ? 'hidden' : has('W') ? 'errors' : 'shown',
    folders: all('I').filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true),
    defines: [...all('D'), ...bufferSize(last('s')), ...(has('suppress-time-limits') ? UNLIMITED : [])],
    makeArguments: all('B'),
    globals: all('G'),
    release: last('r') ?? process.env.SYSTEMTAP_RELEASE,
    arch: last('a') ?? archOf(all('B')),
    module: last('m')?.replace(/\.ko$/, '').slice(0, LONGEST_NAME),
    output: last('o'),
    command: last('c'),
    // No process has the number 0.
    target: all('x').findLast((pid) => pid !== '' && pid !== '0'),
    compatible: last('compatible'),
    catchErrors: has('suppress-handler-errors'),
    display: !has('no-global-var-display'),
    only,
  };
}

/** The architecture that make is told. */
function archOf(makeArguments: readonly string[]): string | undefined {
  return makeArguments.findLast((text) => text.startsWith('ARCH='))?.slice('ARCH='.length);
}

/** `--modinfo NAME=VALUE` as C. */
function moduleInfo(pair: string): SourceBeside {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
  return { file: '<--modinfo>', text: `%{\nMODULE_INFO(${name}, ${JSON.stringify(value)});\n%}`, guru: true };
}

const ENDING: ReadonlySet<string> = new Set(['h', 'help', 'V', 'version']);

const LISTS: ReadonlyMap<string, 'types' | 'aliases' | 'functions'> = new Map([
  ['dump-probe-types', 'types'],
  ['dump-probe-aliases', 'aliases'],
  ['dump-functions', 'functions'],
]);

function listingOf(options: readonly StapWord[]): Listing | undefined {
  const asked = options.flatMap(({ name, value: pattern }): Listing[] => {
    if (pattern !== undefined && (name === 'l' || name === 'L')) {
      return [{ kind: 'points', pattern, variables: name === 'L' }];
    }
    const kind = LISTS.get(name);
    return kind === undefined ? [] : [{ kind }];
  });
  if (asked.length > 1) throw stapError('only one of the -l/-L/--dump-* switches may be specified');
  return asked[0];
}

function onlyOf(options: readonly StapWord[]): StapSettings['only'] {
  const names = options.map((o) => o.name);
  if (names.includes('h') || names.includes('help')) return 'help';
  if (names.includes('V') || names.includes('version')) return 'version';
  return names.includes('clean-cache') ? 'nothing' : undefined;
}

function passOf(value: string | undefined): StapSettings['lastPass'] {
  switch (value) {
    case '1':
      return 1;
    case '2':
      return 2;
    case '3':
      return 3;
    case '4':
      return 4;
    case '5':
    case undefined:
      return 5;
    default:
      throw stapError('Invalid pass number (should be 1-5).');
  }
}

/** As kernels keep it. */
const LONGEST_NAME = 55;

const VALUES: readonly (readonly [option: string, form: RegExp])[] = [
  ['m', /^[a-z0-9_]+(\.ko)?$/i],
  ['D', /^[a-z_][a-z_0-9]*(=-?[a-z_0-9]+)?$/i],
  ['G', /^[a-z_][a-z0-9_]*=.+$/is],
  ['a', /^[a-z0-9_-]+$/i],
  ['T', /^[1-9]\d*$/],
  ['d', /./],
  ['c', /./],
  ['modinfo', /^[a-z_][a-z0-9_]*=[ -~]+$/i],
  ['vp', /^\d{1,5}$/],
  ['color', /^(never|always|auto)$/],
  ['colour', /^(never|always|auto)$/],
  ['prologue-searching', /^(never|always|auto)$/],
  ['download-debuginfo', /^(yes|no|ask|[1-9]\d*)$/],
  ...['as', 'cpu', 'nproc', 'stack', 'fsize'].map((limit) => [`rlimit-${limit}`, /^\d+$/] as const),
];

function checkValues(all: (name: string) => readonly string[], has: (name: string) => boolean): void {
  for (const [name, form] of VALUES) {
    for (const value of all(name)) {
      if (form.test(value)) continue;
      const option = name.length === 1 ? `-${name}` : `--${name}`;
      throw stapError(`${option} takes another kind of value than "${value}"`);
    }
  }
  for (const pid of all('x')) if (!/^\d*$/.test(pid)) throw stapError('Invalid target process ID number.');
  if (has('c') && has('x')) throw stapError("You can't specify -c and -x together.");
  if (has('suppress-time-limits') && !has('g'))
    throw stapError('--suppress-time-limits requires guru mode (-g).');
  for (const runtime of all('runtime')) {
    if (runtime !== 'kernel')
      throw stapError(`--runtime=${runtime} is not served: tapc makes kernel modules`);
  }
  for (const level of all('privilege')) {
    if (level !== 'stapdev')
      throw stapError(`--privilege=${level} is not served: loading a module takes root`);
  }
  if (has('unprivileged')) throw stapError('--unprivileged is not served: loading a module takes root');
  if (has('skip-badvars')) {
    throw stapError(
      '--skip-badvars is not served',
      'write @choose_defined($variable, 0), or @defined($variable)',
    );
  }
}

/** Megabytes for each processor, as a power of two. */
function bufferSize(value: string | undefined): string[] {
  if (value === undefined) return [];
  const megabytes = /^\d+$/.test(value) ? Number(value) : 0;
  if (megabytes < 1 || megabytes > 4095) throw stapError('Invalid buffer size (should be 1-4095).');
  const most = 256;
  if (megabytes > most)
    throw stapError(`-s ${megabytes} is not served: ${most} megabytes a processor are the most`);
  return [`TAPC_BUFFER=${2 ** (20 + Math.ceil(Math.log2(megabytes)))}`];
}

const UNLIMITED = ['MAXACTION=200000000', 'MAXACTION_INTERRUPTIBLE=2000000000', 'STP_NO_OVERLOAD'];

/** A script of systemtap-doc by its name alone. */
function exampleNamed(name: string): string {
  const wanted = name.endsWith('.stp') ? name : `${name}.stp`;
  const found = existsSync(EXAMPLES)
    ? readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).find(
        (path) => basename(path) === basename(wanted),
      )
    : undefined;
  if (found === undefined) throw stapError(`Example '${name}' was not found under '${EXAMPLES}'`);
  return join(EXAMPLES, found);
}
