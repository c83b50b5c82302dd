/** The kinds of machine that kernels under test are for: what builds for them and what emulates them. */

export interface Machine {
  /** Debian's name of the architecture, which ends the names of its kernels. */
  readonly debian: 'amd64' | 'arm64';
  /** What tapc calls the architecture. */
  readonly arch: string;
  /** Before the names of the compiler's and the binutils' programs. */
  readonly tools: string;
  /** What `make` needs besides to build a module of the kernel. */
  readonly makeArguments: readonly string[];
  /** Suite of the main archive whose busybox runs in the guest; absent: this machine's own does. */
  readonly busybox?: string;
  readonly qemu: {
    readonly command: string;
    readonly machine: readonly string[];
    /** What takes the frames: the guest's second serial port, and its name there. */
    readonly port: (file: string) => readonly string[];
    readonly portName: string;
    readonly kernelArgs: readonly string[];
  };
}

const amd64: Machine = {
  debian: 'amd64',
  arch: 'x86_64',
  tools: '',
  makeArguments: [],
  qemu: {
    command: 'qemu-system-x86_64',
    machine: ['-machine', 'q35', '-cpu', 'max,la57=off'],
    port: (file) => ['-serial', `file:${file}`],
    portName: 'ttyS1',
    kernelArgs: ['console=ttyS0', 'no_timer_check', 'random.trust_cpu=on'],
  },
};

const arm64: Machine = {
  debian: 'arm64',
  arch: 'arm64',
  tools: 'aarch64-linux-gnu-',
  makeArguments: ['ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-'],
  busybox: 'bookworm',
  qemu: {
    command: 'qemu-system-aarch64',
    machine: ['-machine', 'virt', '-cpu', 'cortex-a72'],
    // The board has one port for programs.
    port: (file) => ['-chardev', `file,id=frames,path=${file}`, '-device', 'pci-serial,chardev=frames'],
    portName: 'ttyS0',
    kernelArgs: ['console=ttyAMA0'],
  },
};

export const machines = { amd64, arm64 } as const;
