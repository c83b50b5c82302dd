/** `tapc kernels`: the profiles of target kernels. */
import type { Command } from 'commander';
import { importText, kernelsText, listKernels, summarizeKernel, summaryText } from '../kernel/kernels.ts';
import { usageError } from './exit.ts';
import { stdout } from './output.ts';

interface ImportFlags {
  readonly name?: string;
  readonly release?: string;
}

export function addKernels(program: Command): void {
  const kernels = program
    .command('kernels')
    .description('list the profiles of target kernels, show one, import one')
    .option('--json', 'as JSON')
    .action((options: { readonly json?: boolean }) => {
      print(options.json === true ? toJson(listKernels()) : kernelsText());
    });
  kernels
    .command('show')
    .description('say what a profile knows')
    .argument('[kernel]', 'as for -r; without it, the default target')
    .option('--json', 'as JSON')
    .action((wanted: string | undefined, _own: unknown, command: Command) => {
      const summary = summarizeKernel(wanted);
      const { json } = command.optsWithGlobals<{ readonly json?: boolean }>();
      print(json === true ? toJson(summary) : summaryText(summary));
    });
  kernels
    .command('import')
    .description(
      'make a profile from a headers folder, a kernel image, a BTF file, modules (.ko), Module.symvers, .config',
    )
    .argument('<files...>', 'files of one kernel')
    .option('--name <name>', 'what to call it; without it, its release')
    .option('--release <release>', 'its release, for files that do not tell')
    .action((files: string[], options: ImportFlags) => {
      if (options.name !== undefined && !/^\w[\w.+-]{0,99}$/.test(options.name)) {
        throw usageError(`a profile cannot be called "${options.name}"`, 'take letters, digits, . _ + and -');
      }
      print(importText(files, options));
    });
}

function print(text: string): void {
  stdout().write(text);
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
