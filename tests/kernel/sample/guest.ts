/** The job that runs one sample in the guest. */
import type { VmJob } from '../vm.ts';
import type { Sample } from './find.ts';

/** Loads `ko`, reads its trace beside the workload, ends it and unloads it; `lib.sh` has the steps. `modules` are files that `kernelModules` gives. */
export function sampleJob(
  sample: Sample,
  ko: string,
  modules: Readonly<Record<string, Uint8Array>> = {},
): VmJob {
  const { module, options } = sample;
  const parameters = options.parameters.map(quote).join(' ');
  return {
    name: sample.name,
    script: `. /lib/tapc.sh\ntapc_sample ${module} ${options.ends} ${options.refused ? 1 : 0} ${parameters}\n`,
    timeout: options.timeout,
    files: {
      [`${module}.ko`]: { path: ko },
      ...modules,
      ...(sample.workload === undefined ? {} : { 'workload.sh': Buffer.from(sample.workload) }),
    },
  };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
