/** SystemTap's command line: what each option is, and how a line of them is read (as getopt_long does, options anywhere). */
import { CliError, EXIT } from '../exit.ts';

type Argument = 'none' | 'required' | 'optional';

export interface StapOption {
  readonly short?: string;
  readonly long?: string;
  readonly argument: Argument;
  /** Why it cannot be served; an option without is served, or does nothing here that could be missed. */
  readonly refused?: string;
}

const SERVERS = 'tapc compiles on this machine: there are no compile servers';
const RUNTIMES = 'tapc makes kernel modules: there is no other runtime';

/** In the order of stap's own help. */
const OPTIONS: readonly StapOption[] = [
  ...['h', 'V', 'v', 'k', 'u', 'w', 'W', 'g', 'P', 't'].map(
    (short) => ({ short, argument: 'none' }) as const,
  ),
  ...['p', 's', 'I', 'D', 'B', 'G', 'R', 'r', 'a', 'm', 'o', 'E', 'e', 'c', 'x', 'd', 'T', 'l', 'L'].map(
    (short) => ({ short, argument: 'required' }) as const,
  ),
  { short: 'i', long: 'interactive', argument: 'none', refused: 'scripts are not built line by line' },
  { short: 'b', argument: 'none', refused: 'output comes in one stream, in the order of its events' },
  { short: 'q', argument: 'none', refused: 'there is no report of tapset coverage' },
  {
    short: 'F',
    argument: 'none',
    refused: 'load the module that -p4 builds with insmod: it stays until rmmod',
  },
  {
    short: 'S',
    argument: 'required',
    refused: 'output is not split into files; read the module’s trace as you need',
  },
  ...['help', 'version', 'ldd', 'all-modules', 'skip-badvars', 'check-version', 'clean-cache'].map(
    (long) => ({ long, argument: 'none' }) as const,
  ),
  ...['disable-cache', 'poison-cache', 'suppress-handler-errors', 'suppress-time-limits', 'save-uprobes'].map(
    (long) => ({ long, argument: 'none' }) as const,
  ),
  ...['example', 'no-global-var-display', 'unprivileged', 'remote-prefix'].map(
    (long) => ({ long, argument: 'none' }) as const,
  ),
  ...['dump-probe-types', 'dump-probe-aliases', 'dump-functions'].map(
    (long) => ({ long, argument: 'none' }) as const,
  ),
  ...['vp', 'compatible', 'privilege', 'runtime', 'tmpdir', 'modinfo'].map(
    (long) => ({ long, argument: 'required' }) as const,
  ),
  ...['rlimit-as', 'rlimit-cpu', 'rlimit-nproc', 'rlimit-stack', 'rlimit-fsize'].map(
    (long) => ({ long, argument: 'required' }) as const,
  ),
  ...['color', 'colour', 'prologue-searching', 'download-debuginfo'].map(
    (long) => ({ long, argument: 'optional' }) as const,
  ),
  { long: 'dyninst', argument: 'none', refused: RUNTIMES },
  { long: 'bpf', argument: 'none', refused: RUNTIMES },
  { long: 'use-server', argument: 'optional', refused: SERVERS },
  { long: 'use-server-on-error', argument: 'optional', refused: SERVERS },
  { long: 'list-servers', argument: 'optional', refused: SERVERS },
  { long: 'trust-servers', argument: 'optional', refused: SERVERS },
  {
    long: 'remote',
    argument: 'required',
    refused: 'build with -p4, and copy the module to where it shall run',
  },
  { long: 'sysroot', argument: 'required', refused: 'name the build tree with -r' },
  { long: 'sysenv', argument: 'required', refused: 'name the build tree with -r' },
  {
    long: 'target-namespaces',
    argument: 'required',
    refused: 'process numbers are those of the first namespace',
  },
  {
    long: 'monitor',
    argument: 'optional',
    refused: 'the file `status` of a module tells what its probes do',
  },
  {
    long: 'sign-module',
    argument: 'none',
    refused: 'sign what -p4 builds with the kernel’s own scripts/sign-file',
  },
];

export interface StapWord {
  /** `p`, `compatible`: as the table has it, the short name first. */
  readonly name: string;
  readonly value?: string;
}

export interface StapLine {
  readonly options: readonly StapWord[];
  /** What is no option: the script and its arguments. */
  readonly words: readonly string[];
}

/** A line of stap's. Throws where an option is unknown, lacks its argument, or cannot be served. */
export function readLine(args: readonly string[]): StapLine {
  const options: StapWord[] = [];
  const words: string[] = [];
  const add = (option: StapOption, written: string, value: string | undefined): void => {
    if (option.refused !== undefined) throw stapError(`${written} is not served: ${option.refused}`);
    const name = option.short ?? option.long ?? '';
    options.push(value === undefined ? { name } : { name, value });
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      words.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const [, name = '', given] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
      const option = longOption(name);
      if (option.argument === 'none' && given !== undefined)
        throw stapError(`option --${name} takes no argument`);
      const needs = option.argument === 'required' && given === undefined;
      if (needs && i + 1 >= args.length) throw stapError(`option --${name} requires an argument`);
      add(option, `--${name}`, needs ? args[++i] : given);
    } else if (arg.startsWith('-') && arg !== '-') {
      for (let at = 1; at < arg.length; at++) {
        const short = arg.charAt(at);
        const option = OPTIONS.find((o) => o.short === short);
        if (option === undefined) throw stapError(`invalid option -- '${short}'`);
        if (option.argument === 'none') {
          add(option, `-${short}`, undefined);
          continue;
        }
        const rest = arg.slice(at + 1);
        if (rest === '' && i + 1 >= args.length) throw stapError(`option requires an argument -- '${short}'`);
        add(option, `-${short}`, rest === '' ? args[++i] : rest);
        break;
      }
    } else words.push(arg);
  }
  return { options, words };
}

/** By its name, or by the beginning of it where no other begins so. */
function longOption(name: string): StapOption {
  const exact = OPTIONS.find((o) => o.long === name);
  if (exact !== undefined) return exact;
  const near = OPTIONS.filter((o) => name !== '' && o.long?.startsWith(name) === true);
  const [only] = near;
  if (near.length === 1 && only !== undefined) return only;
  throw stapError(near.length === 0 ? `unrecognized option '--${name}'` : `option '--${name}' is ambiguous`);
}

/** Whatever goes wrong, stap exits with 1. */
export function stapError(message: string, ...hints: string[]): CliError {
  return new CliError(EXIT.script, message, hints);
}
