/** `tapc explain`: what becomes of a script's handlers, or more about the code of a diagnostic. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../assets.ts';
import { type CatalogueEntry, readCatalogue } from '../diagnostics/catalogue.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { planModule } from '../pipeline.ts';
import { CliError, EXIT, usageError } from './exit.ts';
import { describeScript, type Explanation } from './explain/describe.ts';
import { explainName } from './explain/name.ts';
import { explanationText } from './explain/text.ts';
import { addScriptOptions, type ScriptOptions } from './options.ts';
import { stdout } from './output.ts';
import { reportDiagnostics, say } from './report.ts';
import { prepareRequest } from './request.ts';

interface ExplainOptions extends ScriptOptions {
  readonly json?: boolean;
}

export function addExplain(program: Command): void {
  addScriptOptions(program.command('explain'))
    .description(
      "say of each handler of a script what it costs and why; of a diagnostic's code cause, example, mend; of a name of the tapset what it is",
    )
    .option('--json', 'print the explanation of a script as JSON')
    .usage('[options] SCRIPT [args...] | CODE | NAME')
    .action((script: string | undefined, args: string[], options: ExplainOptions) => {
      const name =
        options.e === undefined && script !== undefined && !existsSync(script)
          ? explainName(script)
          : undefined;
      if (name !== undefined) stdout().write(name);
      else if (options.e === undefined && (script === undefined || isCode(script))) explainCode(script);
      else explainScript(script, args, options);
    });
}

/** A word that names no file. */
function isCode(word: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(word) && !existsSync(word);
}

function catalogue(): ReadonlyMap<string, CatalogueEntry> {
  return readCatalogue(join(packageRoot(), 'src', 'diagnostics', 'messages'));
}

function explainCode(code: string | undefined): void {
  const entries = catalogue();
  if (code === undefined) {
    for (const entry of entries.values()) stdout().write(`${entry.code}: ${entry.summary}\n`);
    return;
  }
  const entry = entries.get(code);
  if (entry === undefined) {
    throw usageError(`there is no message with the code ${code}`, ...didYouMean(code, entries.keys()));
  }
  stdout().write(`${entry.code}\n\n${entry.text}\n`);
}

function explainScript(script: string | undefined, args: readonly string[], options: ExplainOptions): void {
  const { request, announcement } = prepareRequest(script, args, options);
  say(announcement);
  const result = planModule(request);
  reportDiagnostics(result);
  const { checked, plan } = result;
  if (plan === undefined || checked === undefined) {
    throw new CliError(EXIT.script, `${request.source.file} was not compiled`);
  }
  const number = (name: string, otherwise: number) => Number(request.defines.get(name) ?? otherwise);
  const explanation: Explanation = describeScript({
    checked,
    plan,
    sources: result.sources,
    limits: { stringBytes: number('MAXSTRINGLEN', 512), nesting: number('MAXNESTING', 10) },
  });
  stdout().write(
    options.json === true
      ? `${JSON.stringify(explanation, undefined, 2)}\n`
      : explanationText(explanation, {
          color: stdout().isTTY === true && process.env.NO_COLOR === undefined,
          width: Math.min(stdout().columns ?? 100, 120),
        }),
  );
}
