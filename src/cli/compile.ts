/** `tapc compile`: a script in, the module's C source out. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import { type ModulePlan, planJson } from '../4-plan/plan.ts';
import { type EmittedFile, emit } from '../5-emit/index.ts';
import { planModule } from '../pipeline.ts';
import { CliError, EXIT, usageError } from './exit.ts';
import { errorCode, writeWhole } from './files.ts';
import { addScriptOptions, type ScriptOptions } from './options.ts';
import { stdout } from './output.ts';
import { reportOutcome, say } from './report.ts';
import { type PreparedRequest, prepareRequest } from './request.ts';

interface CompileOptions extends ScriptOptions {
  readonly o?: string;
  readonly check?: string;
  readonly dumpPlan?: boolean;
  readonly line?: boolean;
}

export function addCompile(program: Command): void {
  addScriptOptions(program.command('compile'))
    .description('translate a script into the C source of a kernel module')
    .option('-o <file>', 'write the C there instead of to standard output')
    .option('--check <file>', 'compare with a kept file; exit 1 and print what differs')
    .option('--dump-plan', 'print the plan of the module as JSON instead of C')
    .option('--line', 'write #line directives, so that compiler messages name the script')
    .action((script: string | undefined, args: string[], options: CompileOptions) => {
      const prepared = prepareRequest(script, args, options);
      say(prepared.announcement);
      const plan = planOrThrow(prepared);
      if (options.dumpPlan === true) deliver(planJson(plan), options.o);
      else if (options.check !== undefined) compareWithKept(sourceFile(emit(plan, options)), options.check);
      else deliver(sourceFile(emit(plan, options)).text, options.o);
    });
}

/** Phases 1 to 4 with everything they say reported; ends the run where the script is wrong. */
export function planOrThrow({ request, warnings }: PreparedRequest): ModulePlan {
  const result = planModule(request);
  const failed = reportOutcome(result, warnings);
  if (result.plan === undefined || failed)
    throw new CliError(EXIT.script, `${request.source.file} was not compiled`);
  return result.plan;
}

function sourceFile(files: readonly EmittedFile[]): EmittedFile {
  const source = files.find((f) => f.path.endsWith('.c'));
  if (source === undefined) throw new Error('phase 5 wrote no C file');
  return source;
}

function deliver(text: string, file: string | undefined): void {
  if (file === undefined || file === '-') stdout().write(text);
  else writeWhole(file, text);
}

function compareWithKept(made: EmittedFile, kept: string): void {
  let text: string;
  try {
    text = readFileSync(kept, 'utf8');
  } catch (error) {
    throw usageError(
      `cannot read ${kept}: ${errorCode(error) || String(error)}`,
      'make it with `tapc compile -o`',
    );
  }
  if (text === made.text) return;
  stdout().write(createTwoFilesPatch(kept, made.path, text, made.text, 'kept', 'made now'));
  throw new CliError(EXIT.script, `${kept} differs from what the script gives now`, [
    `to take the new text: tapc compile … -o ${kept}`,
  ]);
}
