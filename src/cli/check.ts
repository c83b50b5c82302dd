/** `tapc check`: says what is wrong with a script and writes nothing. */
import type { Command } from 'commander';
import { planModule } from '../pipeline.ts';
import { EXIT } from './exit.ts';
import { addScriptOptions, type ScriptOptions } from './options.ts';
import { stdout } from './output.ts';
import { diagnosticsJson, reportDiagnostics, say } from './report.ts';
import { prepareRequest } from './request.ts';

interface CheckOptions extends ScriptOptions {
  readonly json?: boolean;
}

export function addCheck(program: Command): void {
  addScriptOptions(program.command('check'))
    .description('say what is wrong with a script')
    .option('--json', 'print the diagnostics as a JSON array on standard output')
    .action((script: string | undefined, args: string[], options: CheckOptions) => {
      const { request, announcement } = prepareRequest(script, args, options);
      // What only the plan of the module shows is wrong with the script, too.
      const result = planModule(request);
      if (options.json === true) {
        stdout().write(`${JSON.stringify(diagnosticsJson(result), undefined, 2)}\n`);
      } else {
        say(announcement);
        reportDiagnostics(result);
      }
      process.exitCode = result.hasErrors ? EXIT.script : EXIT.done;
    });
}
