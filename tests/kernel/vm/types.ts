/** What a test hands to the VM and what it gets back. */
import type { Machine } from '../machines.ts';

/** A kernel that can be booted; `FetchedKernel` of `../fetch` is one. */
export interface BootableKernel {
  /** `uname -r`. */
  readonly release: string;
  /** Path of the image. */
  readonly vmlinuz: string;
  readonly machine: Machine;
  /** Path of the static busybox that runs there. */
  readonly busybox: string;
}

/** One thing to do in the guest. Jobs of one boot run one after another, each in a folder of its own. */
export interface VmJob {
  /** Names it in messages. */
  readonly name: string;
  /** Shell text, run by busybox's ash in the job's folder; what it leaves under `$OUT` comes back. */
  readonly script: string;
  /** Files put in the job's folder, by relative path: bytes, or the path of a file of the host. */
  readonly files?: Readonly<Record<string, Uint8Array | { readonly path: string }>>;
  /** Seconds of guest time after which it is killed; 30 unless said. */
  readonly timeout?: number;
}

export interface VmJobResult {
  readonly name: string;
  /**
   * `exited`: it ended by itself; `timeout`: it was killed in the guest; `hung`: nothing more came from the
   * guest; `crashed`: the guest panicked or reset; `damaged`: its result came with a wrong checksum.
   */
  readonly outcome: 'exited' | 'timeout' | 'hung' | 'crashed' | 'damaged';
  /** Exit status of the script, -1 where there is none. */
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it wrote under `$OUT`, by relative path. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** The kernel's log while it ran; the serial console's text where the guest did not survive it. */
  readonly dmesg: string;
  /** Why this run is no success whatever the script says: kernel complaints, modules left loaded. */
  readonly problems: readonly string[];
  /** Wall-clock seconds. */
  readonly seconds: number;
}

export interface VmOptions {
  /** Processors of the guest; 2 unless said, always 1 with `icount`. */
  readonly cpus?: number;
  /** Memory of the guest in MiB; 1024 unless said. */
  readonly memory?: number;
  /** Guest time counts instructions, one a nanosecond: for measuring cost, not for timing. */
  readonly icount?: boolean;
  /**
   * The guest's processors take turns instead of running at the same time. For jobs that make the kernel patch its
   * code hundreds of times: beside others at work, QEMU then runs a breakpoint that is already gone ("Oops: int3").
   */
  readonly oneAtATime?: boolean;
  /** More of the kernel command line. */
  readonly kernelArgs?: readonly string[];
  /** Static programs for /bin, by name: paths on the host. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Seconds that a boot may take before it is tried again; 40 unless said (three times that with `icount`). */
  readonly bootTimeout?: number;
  /** Keeps the console's text of every boot in this folder. */
  readonly logDirectory?: string;
}
