/** Runs jobs in a guest, booting again where a boot hangs or a job takes the guest with it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type BootEnd, boot } from './boot.ts';
import { readCpio } from './cpio.ts';
import { kernelComplaints } from './dmesg.ts';
import type { Frame } from './frames.ts';
import { buildInitramfs, jobSeconds } from './initramfs.ts';
import type { BootableKernel, VmJob, VmJobResult, VmOptions } from './types.ts';

const BOOT_TRIES = 4;
/** Over a job's own limit: the guest kills it, or leaves the blocked tasks' stacks on the console. */
const GRACE_SECONDS = 8;
const BETWEEN_JOBS_SECONDS = 30;
const ICOUNT_SLOWDOWN = 10;
const KILLED_EXIT = 137;

/**
 * Runs `jobs` on `kernel`, as many in one boot as its fate allows, and returns one result for each, in order.
 * Throws only where no boot comes up at all (after several tries) or QEMU is missing.
 */
export async function runInVm(
  kernel: BootableKernel,
  jobs: readonly VmJob[],
  options: VmOptions = {},
): Promise<VmJobResult[]> {
  const results: VmJobResult[] = [];
  let failedBoots = 0;
  let boots = 0;
  while (results.length < jobs.length) {
    const run = new BootRun(jobs, results, options);
    const initramfs = await buildInitramfs(kernel.busybox, jobs, results.length, options);
    const end = await boot(kernel, initramfs, options, run);
    await keepConsole(options, kernel, boots++, end);
    if (run.ready) {
      run.close(end);
      failedBoots = 0;
    } else if (++failedBoots === BOOT_TRIES) {
      throw new Error(`${kernel.release} did not boot in ${BOOT_TRIES} tries:\n${tail(end.console)}`);
    }
  }
  return results;
}

async function keepConsole(
  options: VmOptions,
  kernel: BootableKernel,
  n: number,
  end: BootEnd,
): Promise<void> {
  if (options.logDirectory === undefined) return;
  await mkdir(options.logDirectory, { recursive: true });
  await writeFile(join(options.logDirectory, `${kernel.release}-boot${n}.log`), end.console);
}

/** Follows one boot and appends to `results` as they come. */
class BootRun {
  ready = false;
  readonly #jobs: readonly VmJob[];
  readonly #results: VmJobResult[];
  readonly #slowdown: number;
  #running: number | undefined;
  #started = 0;

  constructor(jobs: readonly VmJob[], results: VmJobResult[], options: VmOptions) {
    this.#jobs = jobs;
    this.#results = results;
    this.#slowdown = options.icount === true ? ICOUNT_SLOWDOWN : 1;
  }

  frame(frame: Frame): number {
    switch (frame.kind) {
      case 'ready':
        this.ready = true;
        return BETWEEN_JOBS_SECONDS * this.#slowdown;
      case 'start': {
        this.#running = frame.job;
        this.#started = Date.now();
        const job = this.#jobs[frame.job];
        return (job === undefined ? 0 : jobSeconds(job) * this.#slowdown) + GRACE_SECONDS;
      }
      case 'result':
        this.#running = undefined;
        this.#finish(frame.job, frame.archive);
        return BETWEEN_JOBS_SECONDS * this.#slowdown;
      case 'spoiled':
      case 'done':
        return GRACE_SECONDS;
    }
  }

  /** After the boot's end: the job that ran then did not survive it. */
  close(end: BootEnd): void {
    if (this.#running === undefined) return;
    const job = this.#jobs[this.#running];
    if (job === undefined) return;
    const outcome = end.reason === 'exited' ? 'crashed' : 'hung';
    this.#results.push({
      name: job.name,
      outcome,
      exitStatus: -1,
      stdout: '',
      stderr: '',
      files: new Map(),
      dmesg: end.console,
      problems: [`the guest ${outcome}`, ...kernelComplaints(end.console)],
      seconds: this.#seconds(),
    });
  }

  #seconds(): number {
    return (Date.now() - this.#started) / 1000;
  }

  #finish(index: number, archive: Buffer | undefined): void {
    const job = this.#jobs[index];
    if (job === undefined || index !== this.#results.length) {
      throw new Error(`the guest sent a result of job ${index}, not of ${this.#results.length}`);
    }
    const files = archive === undefined ? new Map<string, Buffer>() : readCpio(gunzipSync(archive));
    const take = (name: string): string => {
      const text = files.get(name)?.toString('utf8') ?? '';
      files.delete(name);
      return text;
    };
    const exitStatus = archive === undefined ? -1 : Number(take('.exit'));
    const dmesg = take('.dmesg');
    const left = take('.left-loaded').trim();
    const seconds = this.#seconds();
    const timedOut = exitStatus === KILLED_EXIT;
    this.#results.push({
      name: job.name,
      outcome: archive === undefined ? 'damaged' : timedOut ? 'timeout' : 'exited',
      exitStatus,
      stdout: take('.stdout'),
      stderr: take('.stderr'),
      dmesg,
      files,
      problems: [
        ...(archive === undefined ? ['its result came with a wrong checksum'] : []),
        ...(timedOut ? [`it was killed after ${jobSeconds(job)} s`] : []),
        ...kernelComplaints(dmesg),
        ...(left === '' ? [] : [`left loaded: ${left}`]),
      ],
      seconds,
    });
  }
}

function tail(text: string): string {
  return text.split('\n').slice(-30).join('\n');
}
