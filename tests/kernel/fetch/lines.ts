import { type Machine, machines } from '../machines.ts';

/** Where Debian serves one kernel line, and what building modules for it takes. */
export interface KernelLine {
  /** The line as people say it: "6.12", "6.12-arm64". */
  readonly line: string;
  /** The numbers in it: "6.12". */
  readonly series: string;
  readonly machine: Machine;
  /** Which of Debian's archives the suite belongs to. */
  readonly archive: 'main' | 'security';
  readonly suite: string;
  /** Matches the releases of this line within that suite (a suite may carry other lines, or backports of them). */
  readonly release: RegExp;
  /** The compiler the modules are built with. */
  readonly cc: string;
  /** What `make` needs besides, when that compiler is not the one the kernel was configured with. */
  readonly makeArguments: readonly string[];
  /** Suite of the main archive whose C library the header package's host programs need; absent: this machine's will do. */
  readonly hostLibraries?: string;
}

/** No debugging information, nor BTF of modules where the headers have a vmlinux: nothing here reads it. */
const lean = ['CONFIG_DEBUG_INFO=', 'CONFIG_DEBUG_INFO_BTF_MODULES='] as const;
/** gcc 12 lacks the alignment option that these kernels were configured with. */
const noMinimumAlignment = 'CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=';

/** arm64 looks for the places of ftrace at addresses that only that option makes sure of: modules go without. */
const untraced = 'CC_FLAGS_FTRACE=';

/** Every kernel line that tests can ask for: to add one, add a row. */
export const kernelLines: readonly KernelLine[] = [
  {
    line: '5.10',
    series: '5.10',
    machine: machines.amd64,
    archive: 'security',
    suite: 'bullseye-security',
    release: /^5\.10\.0-\d+-amd64$/,
    cc: 'gcc-12',
    makeArguments: lean,
  },
  {
    line: '6.1',
    series: '6.1',
    machine: machines.amd64,
    archive: 'security',
    suite: 'bookworm-security',
    release: /^6\.1\.0-\d+-amd64$/,
    cc: 'gcc-12',
    makeArguments: lean,
  },
  {
    line: '6.12',
    series: '6.12',
    machine: machines.amd64,
    archive: 'security',
    suite: 'bookworm-security',
    release: /^6\.12\.\d+\+deb12-amd64$/,
    cc: 'gcc-12',
    makeArguments: lean,
  },
  {
    line: '7.2',
    series: '7.2',
    machine: machines.amd64,
    archive: 'main',
    suite: 'trixie-backports',
    release: /^7\.2\.\d+\+deb13-amd64$/,
    cc: 'gcc-12',
    makeArguments: [...lean, noMinimumAlignment],
    hostLibraries: 'trixie',
  },
  {
    line: '7.3',
    series: '7.3',
    machine: machines.amd64,
    archive: 'main',
    suite: 'trixie-backports',
    release: /^7\.3\.\d+\+deb13-amd64$/,
    cc: 'gcc-12',
    makeArguments: [...lean, noMinimumAlignment],
    hostLibraries: 'trixie',
  },
  {
    line: '6.1-arm64',
    series: '6.1',
    machine: machines.arm64,
    archive: 'security',
    suite: 'bookworm-security',
    release: /^6\.1\.0-\d+-arm64$/,
    cc: 'aarch64-linux-gnu-gcc-12',
    makeArguments: lean,
  },
  {
    line: '6.12-arm64',
    series: '6.12',
    machine: machines.arm64,
    archive: 'security',
    suite: 'bookworm-security',
    release: /^6\.12\.\d+\+deb12-arm64$/,
    cc: 'aarch64-linux-gnu-gcc-12',
    makeArguments: lean,
  },
  {
    line: '7.3-arm64',
    series: '7.3',
    machine: machines.arm64,
    archive: 'main',
    suite: 'trixie-backports',
    release: /^7\.3\.\d+\+deb13-arm64$/,
    cc: 'aarch64-linux-gnu-gcc-12',
    makeArguments: [...lean, noMinimumAlignment, untraced],
    hostLibraries: 'trixie',
  },
];
