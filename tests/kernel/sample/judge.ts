/** Says whether a sample's run was as its folder demands. */
import type { VmJobResult } from '../vm.ts';
import { difference } from './expect.ts';
import type { Sample } from './find.ts';
import { contradictions, losses, type ModuleStatus, NO_STATUS, readStatus } from './status.ts';

/**
 * What a `check.ts` gets to look at: its default export is a function of it that throws (`node:assert` will do) where
 * the run makes no sense.
 */
export interface SampleRun {
  /** All that `trace` gave. */
  readonly output: string;
  readonly status: ModuleStatus;
  readonly statusText: string;
  /** What the workload printed. */
  readonly workload: string;
  /** `name=value` lines that the workload wrote to `$BIND`. */
  readonly bindings: Readonly<Record<string, string>>;
  /** The kernel's log of the run. */
  readonly log: string;
  /** Files of the runtime that the kernel's facts choose: "return/by-kretprobe.c". */
  readonly variants: ReadonlySet<string>;
}

const SHOWN_BYTES = 3000;

/** What is wrong with a run: nothing, if it is as expected. Each entry is a text of one or more lines. */
export async function judge(
  sample: Sample,
  result: VmJobResult,
  variants: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const run = sampleRun(result, variants);
  const wrong = [...result.problems];
  if (result.outcome !== 'exited') wrong.push(`the run ${result.outcome}`);
  else if (result.exitStatus !== 0)
    wrong.push(`the run failed (${result.exitStatus}): ${result.stdout}${result.stderr}`);
  const compare = (what: string, expected: string | undefined, actual: string, anyOrder: boolean): void => {
    if (expected === undefined) return;
    const found = difference(expected, actual, { anyOrder, bindings: run.bindings });
    if (found !== undefined) wrong.push(`${what}, ${found}`);
  };
  compare('output', sample.expected, run.output, sample.options.anyOrder);
  compare('status', sample.expectedStatus, run.statusText, false);
  compare('kernel log', sample.expectedLog, run.log, false);
  if (!sample.options.refused && sample.options.ends !== 'workload')
    wrong.push(...statusProblems(sample, run));
  if (wrong.length === 0 && sample.check !== undefined) wrong.push(...(await runCheck(sample.check, run)));
  if (wrong.length > 0) wrong.push(...evidence(run));
  return wrong;
}

function statusProblems({ options }: Sample, { status, statusText }: SampleRun): string[] {
  if (statusText === '') return ['there was no status'];
  return [...contradictions(status), ...(options.loses ? [] : losses(status, options.fails))];
}

function sampleRun(result: VmJobResult, variants: ReadonlySet<string>): SampleRun {
  const text = (name: string): string => result.files.get(name)?.toString('utf8') ?? '';
  const pairs = text('bind')
    .split('\n')
    .flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
    });
  return {
    output: text('trace'),
    status: text('status') === '' ? NO_STATUS : readStatus(text('status')),
    statusText: text('status'),
    workload: text('workload'),
    bindings: Object.fromEntries(pairs),
    variants,
    log: result.dmesg.replace(/^(<\d+>)?\[\s*\d+\.\d+\]\s?/gm, ''),
  };
}

async function runCheck(file: string, run: SampleRun): Promise<string[]> {
  const imported: { default?: unknown } = await import(file);
  if (typeof imported.default !== 'function') throw new Error(`${file} has no function as default export`);
  try {
    await imported.default(run);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function evidence(run: SampleRun): string[] {
  const { output, workload, log } = run;
  const shown = Object.entries({ output, status: run.statusText, workload, log });
  return shown.flatMap(([what, text]) =>
    text === ''
      ? []
      : [`--- ${what}\n${text.length > SHOWN_BYTES ? `${text.slice(0, SHOWN_BYTES)}…` : text}`],
  );
}
