/** `tapc fmt`: scripts in one style. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Source } from '../1-parse/ast.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { format } from '../format/index.ts';
import { EXIT, usageError } from './exit.ts';
import { errorCode, writeWhole } from './files.ts';
import { stdout } from './output.ts';
import { reportDiagnostics, say } from './report.ts';

interface FmtOptions {
  readonly check?: boolean;
  readonly w?: boolean;
}

export function addFmt(program: Command): void {
  program
    .command('fmt')
    .description('print scripts in one style; what they mean stays the same, comments are kept')
    .argument('[files...]', 'scripts; none or - for standard input')
    .option('--check', 'print the names of those that are not in that style, and exit 1 if there are any')
    .option('-w', 'write the result back to the files')
    .action((files: string[], options: FmtOptions) => {
      const inputs = files.length === 0 ? ['-'] : files;
      if (options.w === true && inputs.includes('-')) {
        throw usageError('-w needs files to write to', 'name them: tapc fmt -w *.stp');
      }
      const worst = inputs.map((file) => formatFile(file, options)).reduce((a, b) => Math.max(a, b), 0);
      process.exitCode = worst;
    });
}

/** One file's exit code. */
function formatFile(file: string, options: FmtOptions): number {
  const source = readSource(file);
  const diagnostics = new Diagnostics();
  const text = format(source, diagnostics);
  reportDiagnostics({ diagnostics: diagnostics.list, sources: new Map([[source.file, source]]) });
  if (text === undefined) return EXIT.script;
  const same = text === source.text;
  if (options.check === true) {
    if (!same) stdout().write(`${source.file}\n`);
  } else if (options.w === true) {
    if (!same) {
      writeWhole(file, text);
      say(file);
    }
  } else stdout().write(text);
  return options.check === true && !same ? EXIT.script : EXIT.done;
}

function readSource(file: string): Source {
  const isInput = file === '-';
  try {
    return { file: isInput ? '<stdin>' : file, text: readFileSync(isInput ? 0 : file, 'utf8') };
  } catch (error) {
    throw usageError(`cannot read ${file}: ${errorCode(error) || String(error)}`);
  }
}
