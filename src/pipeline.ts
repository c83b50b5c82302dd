/** The five phases in a row: a script in, diagnostics and the module's files out. No file is read or written here. */
import type { Block, NumberLiteral, Script, Source, StringLiteral } from './1-parse/ast.ts';
import type { PreprocessorFacts } from './1-parse/conditions.ts';
import { type Macro, type MacroTable, type ParseOptions, parse, parseMacros } from './1-parse/index.ts';
import { LITERAL_MISTAKES } from './1-parse/literals.ts';
import { resolve } from './2-resolve/index.ts';
import { definitionsOf, scanDefinitions, type TapsetFile, TapsetLibrary } from './2-resolve/library.ts';
import type { ResolvedProgram } from './2-resolve/program.ts';
import type { Checked } from './3-analyze/checked.ts';
import { isIdle } from './3-analyze/idle.ts';
import { analyze } from './3-analyze/index.ts';
import { plan } from './4-plan/index.ts';
import type { ModulePlan } from './4-plan/plan.ts';
import { render } from './5-emit/templates.ts';
import { type Diagnostic, Diagnostics } from './diagnostics/diagnostic.ts';
import type { KernelProfile } from './kernel/profile.ts';
import { families } from './probes/registry.ts';

export interface ScriptRequest {
  readonly source: Source;
  readonly args: readonly string[];
  readonly guru: boolean;
  readonly profile: KernelProfile;
  readonly tapset: readonly TapsetFile[];
  /** Tapset files of macros (`.stpm`). */
  readonly macroFiles: readonly TapsetFile[];
  readonly overrides: ReadonlyMap<string, NumberLiteral | StringLiteral>;
  /** Scripts that run beside it: their items are the script's, too. */
  readonly more?: readonly SourceBeside[];
  /** Version of SystemTap that `systemtap_v` tells; without it the newest that tapc follows. */
  readonly language?: string;
  /** Run-time errors end the handler without a word. */
  readonly catchErrors?: boolean;
  /** Globals that are set and never read are shown at the end. Default: they are. */
  readonly display?: boolean;
  /** A script of which nothing is left to run is an error, as in SystemTap. */
  readonly refuseIdle?: boolean;
  /** What `overrides` names and nothing declares is passed over with a warning. Default: an error. */
  readonly forgiveOverrides?: boolean;
}

/** `guru`: it is in guru mode, whatever the script is. */
export type SourceBeside = Source & { readonly guru?: boolean };

export interface CheckResult {
  readonly sources: ReadonlyMap<string, Source>;
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: boolean;
  /** Absent when there are errors. */
  readonly checked?: Checked;
}

export interface ModuleRequest extends ScriptRequest {
  readonly module: string;
  /** `-D` macros by name. */
  readonly defines: ReadonlyMap<string, string>;
  readonly version: string;
}

export interface PlanResult extends CheckResult {
  readonly plan?: ModulePlan;
}

export interface ParseResult {
  readonly sources: ReadonlyMap<string, Source>;
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: boolean;
  /** The script, and those beside it. */
  readonly scripts: readonly Script[];
}

/** Phase 1. */
export function parseScript(request: ScriptRequest): ParseResult {
  const diagnostics = new Diagnostics();
  const { scripts, beside } = parseAll(request, diagnostics);
  const sources = new Map([...sourcesOf(request).map((s) => [s.file, s] as const), ...beside]);
  return { sources, scripts, diagnostics: diagnostics.list, hasErrors: diagnostics.hasErrors };
}

/** The files of a request's tapset, parsed. */
export function parseTapset(request: ScriptRequest): ParseResult {
  const diagnostics = new Diagnostics();
  const sources = new Map<string, Source>();
  const options = libraryOptions(request, diagnostics, sources);
  const scripts = request.tapset.map((file) => {
    const source = { file: file.file, text: file.read() };
    sources.set(source.file, source);
    return file.tree?.() ?? parse(source, options, diagnostics);
  });
  return { sources, scripts, diagnostics: diagnostics.list, hasErrors: diagnostics.hasErrors };
}

/** Phases 1 to 3. */
export function checkScript(request: ScriptRequest): CheckResult {
  return frontend(request, new Diagnostics());
}

/** Phases 1 to 4; phase 5 is `emit(plan)`. */
export function planModule(request: ModuleRequest): PlanResult {
  const diagnostics = new Diagnostics();
  const front = frontend(request, diagnostics);
  if (front.checked === undefined) return front;
  const { module, defines, version } = request;
  const made = plan(
    front.checked,
    { module, defines, version, script: request.source.file, families, render },
    diagnostics,
  );
  const result = { ...front, diagnostics: diagnostics.list, hasErrors: diagnostics.hasErrors };
  return diagnostics.hasErrors ? result : { ...result, plan: made };
}

function frontend(request: ScriptRequest, diagnostics: Diagnostics): CheckResult {
  const { source, profile, guru } = request;
  const { scripts, library, named, beside } = parseAll(request, diagnostics);
  const script = { file: source.file, items: scripts.flatMap((s) => s.items) };
  // What could not be parsed is missing from the tree: what names it later is no mistake of its own.
  const incomplete = diagnostics.list.some((d) => d.severity === 'error' && !LITERAL_MISTAKES.has(d.code));
  const later = incomplete ? new Diagnostics() : diagnostics;
  const resolved = prepared(
    resolve(
      {
        source,
        script,
        library,
        profile,
        families,
        overrides: request.overrides,
        forgiveOverrides: request.forgiveOverrides ?? false,
      },
      later,
    ),
    request,
  );
  const checked = analyze(resolved, later, { guru, display: request.display ?? true });
  if (request.refuseIdle === true && !later.hasErrors) reportIdle(checked, source.file, later);
  if (incomplete) diagnostics.adopt(later.list.filter((d) => !ABSENCES.has(d.code)));
  if (!diagnostics.hasErrors) warnOfArguments(request.args, named, diagnostics);
  const outcome = {
    sources: new Map([...resolved.program.sources, ...beside]),
    diagnostics: diagnostics.list,
    hasErrors: diagnostics.hasErrors,
  };
  return diagnostics.hasErrors ? outcome : { ...outcome, checked };
}

function warnOfArguments(
  args: readonly string[],
  named: ReadonlySet<number>,
  diagnostics: Diagnostics,
): void {
  for (const [i, argument] of args.entries()) {
    const number = i + 1;
    if (named.has(number)) continue;
    const message = `nothing in the script asks for its argument "${argument}"`;
    diagnostics.warning('unused-argument', undefined, message, {
      hints: [`it is $${number}, or as a string @${number}`],
    });
  }
}

interface Parsed {
  readonly scripts: readonly Script[];
  /** Which arguments the scripts name. */
  readonly named: ReadonlySet<number>;
  /** Files of macros, and tapset files that were left out; more may come while names are resolved. */
  readonly beside: ReadonlyMap<string, Source>;
  readonly library: TapsetLibrary;
}

function parseAll(request: ScriptRequest, diagnostics: Diagnostics): Parsed {
  const { guru } = request;
  const beside = new Map<string, Source>();
  const options = libraryOptions(request, diagnostics, beside);
  const files = request.tapset.flatMap((file) =>
    file.foreign === true ? parsedFile(file, options, diagnostics, beside) : [file],
  );
  const library = new TapsetLibrary(files, (file) => parse(file, options, diagnostics));
  const named = new Set<number>();
  const scripts = sourcesOf(request).map((source) =>
    parse(source, { ...options, named, guru: guru || source.guru === true }, diagnostics),
  );
  return { scripts, library, named, beside };
}

/** A file of the user's, parsed at once: only so what it defines is known for certain. None where it has errors. */
function parsedFile(
  file: TapsetFile,
  options: ParseOptions,
  diagnostics: Diagnostics,
  beside: Map<string, Source>,
): TapsetFile[] {
  const own = new Diagnostics();
  const text = file.read();
  const script = parse({ file: file.file, text }, options, own);
  const first = own.list.find((d) => d.severity === 'error');
  if (first === undefined) {
    diagnostics.adopt(own.list);
    return [{ ...file, read: () => text, names: definitionsOf(script), tree: () => script }];
  }
  const message = `the tapset file ${file.file} has errors, and is left out: ${first.message}`;
  beside.set(file.file, { file: file.file, text });
  diagnostics.warning('tapset-skipped', first.span, message, { hints: first.hints, notes: first.notes });
  return [];
}

/** How a file of the tapset is parsed; `sources` receives the files of macros that are used. */
function libraryOptions(
  request: ScriptRequest,
  diagnostics: Diagnostics,
  sources: Map<string, Source>,
): ParseOptions {
  const { profile, guru, args, language } = request;
  const facts = preprocessorFacts(profile, guru);
  const conditions = language === undefined ? facts : { ...facts, systemtapVersion: language };
  const macros = new MacroLibrary(request.macroFiles, conditions, diagnostics, sources);
  return { args, conditions, macros, guru: true };
}

function sourcesOf({ source, more }: ScriptRequest): readonly SourceBeside[] {
  return [source, ...(more ?? [])];
}

/** The program with what the request asks for beside the script's own text. */
function prepared(resolved: ResolvedProgram, request: ScriptRequest): ResolvedProgram {
  const { program } = resolved;
  const more = (request.more ?? []).map((source): [string, Source] => [source.file, source]);
  const sources = more.length === 0 ? program.sources : new Map([...program.sources, ...more]);
  const probes =
    request.catchErrors === true
      ? program.probes.map((probe) => ({ ...probe, blocks: probe.blocks.map(withCatch) }))
      : program.probes;
  return { ...resolved, program: { ...program, sources, probes } };
}

/** `try { … } catch { next }` round a block. */
function withCatch(block: Block): Block {
  const { span } = block;
  const handler: Block = { kind: 'block', span, statements: [{ kind: 'next', span }] };
  return { kind: 'block', span, statements: [{ kind: 'try', span, body: block, handler }] };
}

/** What SystemTap leaves out; a script of nothing else it refuses. */
function reportIdle(checked: Checked, file: string, diagnostics: Diagnostics): void {
  const idle = checked.probes.filter((each) => isIdle(each, checked)).map(({ probe }) => probe);
  if (idle.length === checked.probes.length) {
    diagnostics.error('no-probes', idle[0]?.span, 'no probe is left that does anything', {
      hints: ['what has no effect is left out; -u takes such a script'],
    });
    return;
  }
  for (const { span, written } of idle) {
    if (span.file === file) diagnostics.warning('idle-probe', span, `the probe ${written} does nothing`);
  }
}

/** Codes that say that something is not there, or not used. */
const ABSENCES: ReadonlySet<string> = new Set([
  'unknown-function',
  'unknown-array',
  'unknown-macro',
  'unknown-global-override',
  'unresolved-type',
  'no-such-probe-point',
  'unused-function',
  'unused-global',
]);

/** The macros of the tapset's files; a file is parsed when one of its names is used. */
class MacroLibrary implements MacroTable {
  readonly #files: readonly TapsetFile[];
  readonly #conditions: PreprocessorFacts;
  readonly #diagnostics: Diagnostics;
  readonly #sources: Map<string, Source>;
  readonly #parsed = new Map<TapsetFile, ReadonlyMap<string, Macro>>();
  #index: ReadonlyMap<string, TapsetFile> | undefined;

  constructor(
    files: readonly TapsetFile[],
    conditions: PreprocessorFacts,
    diagnostics: Diagnostics,
    sources: Map<string, Source>,
  ) {
    this.#files = files;
    this.#conditions = conditions;
    this.#sources = sources;
    this.#diagnostics = diagnostics;
  }

  get(name: string): Macro | undefined {
    // Files of the user's come first, and theirs is the name.
    this.#index ??= new Map(
      [...this.#files].reverse().flatMap((file) => {
        const { macros } = file.names ?? scanDefinitions(file.read());
        return macros.map((macro): [string, TapsetFile] => [macro, file]);
      }),
    );
    const file = this.#index.get(name);
    if (file === undefined) return undefined;
    const known = this.#parsed.get(file);
    if (known !== undefined) return known.get(name);
    const source = { file: file.file, text: file.read() };
    this.#sources.set(source.file, source);
    const made = parseMacros(source, { args: [], conditions: this.#conditions }, this.#diagnostics);
    this.#parsed.set(file, made);
    return made.get(name);
  }
}

/** SystemTap's version whose language tapc follows. */
export const SYSTEMTAP_VERSION = '5.6';

/** What the preprocessor may ask of a target. */
export function preprocessorFacts(profile: KernelProfile, guru: boolean): PreprocessorFacts {
  return {
    kernelRelease: profile.release,
    kernelVersion: /^\d+(\.\d+)*/.exec(profile.release)?.[0] ?? profile.release,
    arch: profile.arch,
    systemtapVersion: SYSTEMTAP_VERSION,
    privilege: 'stapdev',
    guru,
    runtime: 'kernel',
    config: (name) => profile.config(name) ?? '',
  };
}
