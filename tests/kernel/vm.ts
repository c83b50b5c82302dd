/** Runs shell scripts and modules on real kernels in QEMU. */

export { runInVm } from './vm/run.ts';
export type { VmJob, VmJobResult, VmOptions } from './vm/types.ts';
