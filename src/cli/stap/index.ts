/** `tapc stap …`: SystemTap's passes in SystemTap's spelling, so that what calls stap can call tapc. */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { release as hostRelease, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { compareVersions } from '../../1-parse/conditions.ts';
import { print } from '../../1-parse/index.ts';
import { emit } from '../../5-emit/index.ts';
import { packageVersion } from '../../assets.ts';
import { ProfileError } from '../../kernel/error.ts';
import { checkScript, parseScript, parseTapset, SYSTEMTAP_VERSION } from '../../pipeline.ts';
import { unreachable } from '../../unreachable.ts';
import { type BuildOptions, buildModule } from '../build.ts';
import { planOrThrow } from '../compile.ts';
import { CliError, EXIT } from '../exit.ts';
import { stdout } from '../output.ts';
import { reportOutcome, say } from '../report.ts';
import { chooseProfile, type LanguageOptions, type PreparedRequest, prepareRequest } from '../request.ts';
import { runScript } from '../run.ts';
import { programText } from './dump.ts';
import { HELP } from './help.ts';
import { listPoints } from './list.ts';
import { listText } from './lists.ts';
import { stapError } from './options.ts';
import { type Listing, readSettings, type StapSettings } from './settings.ts';

export function addStap(program: Command): void {
  program
    .command('stap')
    .description(
      "SystemTap's own command line: passes 1 to 5, -l and -L; `tapc stap --help` lists the options",
    )
    .argument('[words...]', 'as for stap')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(stap);
}

/** Runs a line of stap's. Throws where stap would exit with 1. */
export async function stap(words: readonly string[]): Promise<void> {
  try {
    await serve(words);
  } catch (error) {
    throw asFailure(error);
  }
}

/** stap knows one way to fail. */
function asFailure(error: unknown): unknown {
  if (error instanceof CliError) return new CliError(EXIT.script, error.message, error.hints);
  if (error instanceof ProfileError) return new CliError(EXIT.script, error.message, [error.hint]);
  return error;
}

async function serve(argv: readonly string[]): Promise<void> {
  const settings = readSettings(argv);
  switch (settings.only) {
    case 'help':
      stdout().write(HELP);
      return;
    case 'version':
      stdout().write(`tapc ${packageVersion()}, for the language of SystemTap ${SYSTEMTAP_VERSION}\n`);
      return;
    case 'nothing':
      return;
    case undefined:
      break;
    default:
      unreachable(settings.only);
  }
  const { compatible, listing } = settings;
  if (compatible !== undefined && compareVersions(compatible, SYSTEMTAP_VERSION) > 0) {
    throw stapError(
      `tapc follows SystemTap ${SYSTEMTAP_VERSION}, which cannot be compatible with ${compatible}`,
    );
  }
  const options = buildOptions(settings);
  if (listing !== undefined) {
    list(listing, prepareRequest(undefined, settings.args, { ...options, e: '' }), settings);
    return;
  }
  await pass(settings, options);
}

function list(listing: Listing, prepared: PreparedRequest, settings: StapSettings): void {
  if (listing.kind === 'points') {
    listPoints(listing, prepared, settings);
    return;
  }
  const result = parseTapset(prepared.request);
  reportOutcome(result, prepared.warnings);
  const lines = listText(listing.kind, result.scripts);
  stdout().write(lines.map((line) => `${line}\n`).join(''));
}

async function pass(settings: StapSettings, options: BuildOptions & LanguageOptions): Promise<void> {
  const { script, args, lastPass } = settings;
  const prepare = (): PreparedRequest => {
    const prepared = prepareRequest(script, args, options);
    if (settings.verbose > 0) say(prepared.announcement);
    return prepared;
  };
  if (settings.globals.length > 0 && lastPass > 1) typesWithout(prepareRequest(script, args, options));
  switch (lastPass) {
    case 1:
      return parsePass(prepare());
    case 2:
      return elaborationPass(prepare(), settings);
    case 3: {
      const files = emit(planOrThrow(prepare()), {});
      stdout().write(files.find((f) => f.path.endsWith('.c'))?.text ?? '');
      return;
    }
    case 4:
      return compilePass(settings, options);
    case 5: {
      const { release } = chooseProfile(options).profile;
      if (release === hostRelease()) return runScript(script, args, runOptions(settings, options));
      say(`tapc: the kernel that runs is ${hostRelease()}, not ${release}: this ends with pass 4`);
      return compilePass(settings, options);
    }
    default:
      return unreachable(lastPass);
  }
}

function parsePass({ request, warnings }: PreparedRequest): void {
  const result = parseScript(request);
  if (reportOutcome(result, warnings)) throw failed(1, 'parse');
  const empty = result.scripts.find((script) => script.items.length === 0);
  if (empty !== undefined) throw stapError(`Input file '${empty.file}' is empty.`);
  stdout().write('# parse tree dump\n');
  for (const script of result.scripts) stdout().write(`# file ${script.file}\n${print(script)}`);
}

function elaborationPass({ request, warnings }: PreparedRequest, settings: StapSettings): void {
  const result = checkScript(request);
  if (reportOutcome(result, warnings) || result.checked === undefined) throw failed(2, 'analysis');
  stdout().write(programText(result.checked, settings.verbose, settings.unoptimized));
}

/** To stap a value of `-G` says nothing of a type: the script alone has to. */
function typesWithout({ request, warnings }: PreparedRequest): void {
  const result = checkScript({ ...request, overrides: new Map() });
  if (!result.hasErrors) return;
  reportOutcome(result, warnings);
  throw failed(2, 'analysis');
}

function failed(number: number, what: string): CliError {
  return stapError(`Pass ${number}: ${what} failed.`);
}

/** The module's path goes to standard output; with `-m` it lies in the current folder. */
async function compilePass(settings: StapSettings, options: BuildOptions & LanguageOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tapc-stap-'));
  const built = await buildModule(settings.script, settings.args, options, folder);
  if (settings.module === undefined) {
    stdout().write(`${built.file}\n`);
    return;
  }
  const file = `${built.name}.ko`;
  copyFileSync(built.file, file);
  if (settings.keep) say(`tapc: kept ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  stdout().write(`${file}\n`);
}

function buildOptions(settings: StapSettings): BuildOptions & LanguageOptions {
  const { text, module, release, arch, lastPass, folders, defines, globals, more } = settings;
  return {
    D: defines,
    G: globals,
    I: folders,
    g: settings.guru,
    t: settings.timing,
    v: settings.verbose > 1,
    makeArguments: settings.makeArguments,
    warnings: settings.warnings,
    ...(text === undefined ? {} : { e: text }),
    ...(module === undefined ? {} : { m: module }),
    ...(release === undefined ? {} : { r: release }),
    // Parsing alone is the same everywhere.
    ...(arch === undefined || lastPass === 1 ? {} : { a: arch }),
    language: {
      more,
      catchErrors: settings.catchErrors,
      display: settings.display,
      refuseIdle: !settings.unoptimized,
      forgiveOverrides: true,
      ...(settings.compatible === undefined ? {} : { language: settings.compatible }),
    },
  };
}

function runOptions(
  { output, command, target }: StapSettings,
  options: BuildOptions & LanguageOptions,
): Parameters<typeof runScript>[2] {
  return {
    ...options,
    ...(output === undefined ? {} : { o: output }),
    ...(command === undefined ? {} : { c: command }),
    ...(target === undefined ? {} : { x: target }),
  };
}
