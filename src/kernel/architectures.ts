/** The architectures of target kernels: what of them no file of a kernel tells. */

export type Arch = 'x86_64' | 'arm64';

export interface Architecture {
  /** As scripts and -a name it. */
  readonly name: Arch;
  /** What else people call it. */
  readonly aliases: readonly string[];
  /** As Node calls it. */
  readonly node: string;
  /** `e_machine` of its ELF files. */
  readonly machine: number;
  /** A struct that only its kernels have. */
  readonly struct: string;
  /** Ends the names of its bundled profiles, behind the line. */
  readonly suffix: string;
  /** Before the names of the functions that serve system calls. */
  readonly syscallWrapper: string;
  /** Its place among the architectures in the table of system calls. */
  readonly syscallTable: number;
  /** The last of its general registers as debugging information numbers them. */
  readonly lastRegister: bigint;
  /** What the kernel's make takes for it, on machines of another architecture. */
  readonly cross: { readonly arch: string; readonly tools: string };
}

/** The first is the one that is meant where nothing says which. */
export const architectures: readonly [Architecture, ...Architecture[]] = [
  {
    name: 'x86_64',
    aliases: ['amd64'],
    node: 'x64',
    machine: 62,
    struct: 'desc_struct',
    suffix: '',
    syscallWrapper: '__x64_sys_',
    syscallTable: 0,
    lastRegister: 16n,
    cross: { arch: 'x86_64', tools: 'x86_64-linux-gnu-' },
  },
  {
    name: 'arm64',
    aliases: ['aarch64'],
    node: 'arm64',
    machine: 183,
    struct: 'user_pt_regs',
    suffix: '-arm64',
    syscallWrapper: '__arm64_sys_',
    syscallTable: 1,
    lastRegister: 31n,
    cross: { arch: 'arm64', tools: 'aarch64-linux-gnu-' },
  },
];

/** By any of its names; undefined where tapc does not serve it. */
export function findArchitecture(name: string): Architecture | undefined {
  return architectures.find((one) => one.name === name || one.aliases.includes(name));
}

export function architectureOf(arch: Arch): Architecture {
  return architectures.find((one) => one.name === arch) ?? architectures[0];
}

/** The machine's that runs tapc, where it is one that tapc serves, else the first. */
export function hostArchitecture(): Architecture {
  return architectures.find((one) => one.node === process.arch) ?? architectures[0];
}
