/** One boot of QEMU: starts it, follows its two serial ports, and ends it in bounded time. */
import { spawn } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Frame, FrameReader } from './frames.ts';
import type { BootableKernel, VmOptions } from './types.ts';

const POLL_MS = 25;
const DEFAULT_BOOT_SECONDS = 40;
const ICOUNT_SLOWDOWN = 3;

/** What follows a boot: says for each frame how long the next one may take, or that the boot is over. */
export interface BootListener {
  /** Called with each frame; returns the seconds that the next may take. */
  frame(frame: Frame): number;
}

export interface BootEnd {
  /** Why it ended: by itself (`exited`, also after a panic), or because no frame came in time (`silent`). */
  readonly reason: 'exited' | 'silent';
  readonly console: string;
}

/** Boots `kernel` with `initramfs` and tells `listener` what the guest sends, until it powers off or is silent. */
export async function boot(
  kernel: BootableKernel,
  initramfs: Buffer,
  options: VmOptions,
  listener: BootListener,
): Promise<BootEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'tapc-vm-'));
  try {
    await writeFile(join(folder, 'initramfs'), initramfs);
    await writeFile(join(folder, 'frames'), '');
    const command = [kernel.machine.qemu.command, ...qemuArguments(kernel, folder, options)];
    return await follow(command, folder, bootSeconds(options), listener);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bootSeconds(options: VmOptions): number {
  return (options.bootTimeout ?? DEFAULT_BOOT_SECONDS) * (options.icount === true ? ICOUNT_SLOWDOWN : 1);
}

async function follow(
  [program = '', ...args]: readonly string[],
  folder: string,
  bootLimit: number,
  listener: BootListener,
): Promise<BootEnd> {
  const qemu = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const killWithUs = (): void => {
    qemu.kill('SIGKILL');
  };
  process.once('exit', killWithUs);
  const consoleParts: Buffer[] = [];
  qemu.stdout.on('data', (bytes: Buffer) => consoleParts.push(bytes));
  qemu.stderr.on('data', (bytes: Buffer) => consoleParts.push(bytes));
  let failure: Error | undefined;
  let closed = false;
  const close = new Promise<void>((resolve) => {
    qemu.on('error', (error) => {
      failure = error;
      closed = true;
      resolve();
    });
    qemu.on('close', () => {
      closed = true;
      resolve();
    });
  });

  const port = await open(join(folder, 'frames'), 'r');
  const reader = new FrameReader();
  const chunk = Buffer.alloc(1 << 20);
  let position = 0;
  let deadline = Date.now() + bootLimit * 1000;
  let reason: BootEnd['reason'] = 'exited';
  try {
    for (;;) {
      const wasClosed = closed;
      const { bytesRead } = await port.read(chunk, 0, chunk.length, position);
      position += bytesRead;
      for (const frame of reader.push(Buffer.from(chunk.subarray(0, bytesRead)))) {
        deadline = Date.now() + listener.frame(frame) * 1000;
      }
      if (bytesRead > 0) continue;
      if (wasClosed) break;
      if (Date.now() > deadline) {
        reason = 'silent';
        break;
      }
      await Promise.race([close, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
    }
  } finally {
    await port.close();
    qemu.kill('SIGKILL');
    await close;
    process.removeListener('exit', killWithUs);
  }
  if (failure !== undefined) throw new Error(`${program} did not start: ${failure.message}`);
  return { reason, console: Buffer.concat(consoleParts).toString('utf8') };
}

function qemuArguments(kernel: BootableKernel, folder: string, options: VmOptions): string[] {
  const icount = options.icount === true;
  const { qemu } = kernel.machine;
  const append = [
    ...qemu.kernelArgs,
    // Init finds it in its environment.
    `TAPC_PORT=${qemu.portName}`,
    'quiet',
    'loglevel=4',
    'rdinit=/init',
    'panic=-1',
    'log_buf_len=8M',
    // An emulated processor on a busy host may stand still for seconds without any fault of the kernel's.
    'rcupdate.rcu_cpu_stall_timeout=60',
    'watchdog_thresh=30',
    ...(options.kernelArgs ?? []),
  ];
  return [
    ...qemu.machine,
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-accel', icount || options.oneAtATime ? 'tcg,thread=single' : 'tcg,thread=multi'],
    ...['-m', String(options.memory ?? 1024), '-smp', String(icount ? 1 : (options.cpus ?? 2))],
    ...(icount ? ['-icount', 'shift=0,sleep=off'] : []),
    ...['-kernel', kernel.vmlinuz, '-initrd', join(folder, 'initramfs'), '-append', append.join(' ')],
    ...['-serial', 'stdio', ...qemu.port(join(folder, 'frames'))],
  ];
}
