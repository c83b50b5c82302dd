/** Reads the folders of `../samples`: each is one script with what it must do. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Condition, parseCondition } from '../../../src/4-plan/link/manifest.ts';

/** What `options.json` of a sample may say; every key has a default. */
export interface SampleOptions {
  /** An installed script of systemtap-doc to run instead of `script.stp`: `systemtap/examples/general/x.stp`. */
  readonly example?: string;
  /** Options of `tapc compile`. */
  readonly flags: readonly string[];
  /** Arguments of the script. */
  readonly args: readonly string[];
  /** Arguments of insmod. */
  readonly parameters: readonly string[];
  /**
   * How the run ends: the script calls `exit()` (`itself`), the driver writes `stop` when the workload is done
   * (`stop`), or the workload sees to it (`workload`). Default: `stop` where there is a workload, else `itself`.
   */
  readonly ends: 'itself' | 'stop' | 'workload';
  /** Seconds of guest time for the whole run. */
  readonly timeout: number;
  /** Lines of the output may come in any order: for events of several processors. */
  readonly anyOrder: boolean;
  /** Losses are part of what is tested; `status.txt` then says which. */
  readonly loses: boolean;
  /** The script ends in a run-time error, which `status.txt` shows. */
  readonly fails: boolean;
  /** insmod must refuse it. */
  readonly refused: boolean;
  /** Symbols of the kernel that C in the script itself uses. */
  readonly imports: readonly string[];
  /**
   * The guest's processors take turns, unless it says false: probes patch code while it is busy, which QEMU's emulation of several at once
   * may not survive.
   */
  readonly oneAtATime: boolean;
  /** What a kernel must have for the script, as the manifests of the runtime write facts; `otherwise` says what a kernel without it does. */
  readonly needs?: Condition;
  /** There tapc refuses the script with a diagnostic of this code, or insmod refuses the module (`insmod`). */
  readonly otherwise?: string;
  /** Modules of the kernel itself that the workload needs: it loads and unloads them by `tapc_modules` of `lib.sh`. */
  readonly modules: readonly string[];
  /** The kernel lines that have what is shown ("6.12", of every architecture); absent: all. */
  readonly lines?: readonly string[];
  /** The kernel lines that it runs on where none is asked for; absent: all of those. */
  readonly daily?: readonly string[];
}

export interface Sample {
  /** `area/name`. */
  readonly name: string;
  readonly folder: string;
  /** Name of its module. */
  readonly module: string;
  /** Path of the script. */
  readonly script: string;
  readonly options: SampleOptions;
  readonly workload: string | undefined;
  /** Expected output, in the format of `expect.ts`. */
  readonly expected: string | undefined;
  /** The same where an architecture has its own: from `expect.arm64.txt`, by `arm64`. */
  readonly expectedOn: ReadonlyMap<string, string>;
  /** Expected lines of the status file, in the same format. */
  readonly expectedStatus: string | undefined;
  /** Expected lines of the kernel's log while it ran, in the same format. */
  readonly expectedLog: string | undefined;
  /** Path of a `check.ts` whose default export judges a `SampleRun`. */
  readonly check: string | undefined;
}

const SAMPLES = fileURLToPath(new URL('../samples/', import.meta.url));
const EXAMPLES = '/usr/share';
/** Kernel modules may have names of 55 bytes. */
const MODULE_NAME_LENGTH = 40;

/** Every sample, by name. Throws with the folder's name where one is not well-formed. */
export async function findSamples(root: string = SAMPLES): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const area of await foldersOf(root)) {
    for (const name of await foldersOf(path.join(root, area))) {
      samples.push(await readSample(path.join(root, area, name), `${area}/${name}`));
    }
  }
  return samples;
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readSample(folder: string, name: string): Promise<Sample> {
  const text = async (file: string): Promise<string | undefined> => {
    const whole = path.join(folder, file);
    return existsSync(whole) ? readFile(whole, 'utf8') : undefined;
  };
  const workload = await text('workload.sh');
  const options = readOptions(await text('options.json'), workload !== undefined, name);
  const check = path.join(folder, 'check.ts');
  const sample: Sample = {
    name,
    folder,
    module: `s_${name.replace(/\W/g, '_')}`.slice(0, MODULE_NAME_LENGTH),
    script:
      options.example === undefined ? path.join(folder, 'script.stp') : path.join(EXAMPLES, options.example),
    options,
    workload,
    expected: await text('expect.txt'),
    expectedOn: await expectations(folder),
    expectedStatus: await text('status.txt'),
    expectedLog: await text('log.txt'),
    check: existsSync(check) ? check : undefined,
  };
  if (!existsSync(sample.script)) throw new Error(`sample ${name}: there is no ${sample.script}`);
  if (sample.expected === undefined && sample.check === undefined && !options.refused) {
    throw new Error(`sample ${name}: neither expect.txt nor check.ts says what it must print`);
  }
  return sample;
}

async function expectations(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of await readdir(folder)) {
    const arch = /^expect\.(\w+)\.txt$/.exec(file)?.[1];
    if (arch !== undefined) found.set(arch, await readFile(path.join(folder, file), 'utf8'));
  }
  return found;
}

function readOptions(text: string | undefined, hasWorkload: boolean, name: string): SampleOptions {
  const given: unknown = text === undefined ? {} : JSON.parse(text);
  if (typeof given !== 'object' || given === null)
    throw new Error(`sample ${name}: options.json is no object`);
  const left = new Map<string, unknown>(Object.entries(given));
  const optional = <T>(key: string, accept: (value: unknown) => value is T): T | undefined => {
    const value = left.get(key);
    left.delete(key);
    if (value === undefined || accept(value)) return value;
    throw new Error(`sample ${name}: options.json: ${key} cannot be ${JSON.stringify(value)}`);
  };
  const example = optional('example', isString);
  const lines = optional('lines', isStrings);
  const daily = optional('daily', isStrings);
  const otherwise = optional('otherwise', isString);
  const needs = left.get('needs');
  left.delete('needs');
  const fail = (what: string): never => {
    throw new Error(`sample ${name}: options.json: ${what}`);
  };
  if ((needs === undefined) !== (otherwise === undefined)) fail('needs goes with otherwise');
  const options: SampleOptions = {
    ...(example === undefined ? {} : { example }),
    ...(lines === undefined ? {} : { lines }),
    ...(daily === undefined ? {} : { daily }),
    ...(otherwise === undefined ? {} : { needs: parseCondition(needs, fail), otherwise }),
    flags: optional('flags', isStrings) ?? [],
    args: optional('args', isStrings) ?? [],
    parameters: optional('parameters', isStrings) ?? [],
    ends: optional('ends', isEnd) ?? (hasWorkload ? 'stop' : 'itself'),
    timeout: optional('timeout', isNumber) ?? 20,
    anyOrder: optional('anyOrder', isBoolean) ?? false,
    loses: optional('loses', isBoolean) ?? false,
    fails: optional('fails', isBoolean) ?? false,
    refused: optional('refused', isBoolean) ?? false,
    imports: optional('imports', isStrings) ?? [],
    modules: optional('modules', isStrings) ?? [],
    oneAtATime: optional('oneAtATime', isBoolean) ?? true,
  };
  const [unknown] = left.keys();
  if (unknown !== undefined) throw new Error(`sample ${name}: options.json: there is no option ${unknown}`);
  return options;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);
const isEnd = (value: unknown): value is SampleOptions['ends'] =>
  value === 'itself' || value === 'stop' || value === 'workload';
