/** The scripts that are measured. `n` is the repetition: it makes each text a new one to every cache. */

export function helloScript(n: number): string {
  return `probe begin { println("hello ${n}") exit() }\n`;
}

/** Twenty tapset functions that both tapc and SystemTap have. */
const FUNCTIONS = [
  'pid()',
  'tid()',
  'ppid()',
  'uid()',
  'gid()',
  'execname()',
  'cpu()',
  'pp()',
  'gettimeofday_us()',
  'gettimeofday_ns()',
  'strlen(execname())',
  'substr(execname(), 0, 3)',
  'strtol("12", 10)',
  'isinstr(execname(), "a")',
  'text_str(execname())',
  'str_replace(execname(), "a", "b")',
  'tokenize(execname(), "/")',
  'kernel_string(0)',
  'euid()',
  'pexecname()',
];

/** Probe points of kernel functions: with their arguments by BTF in tapc, without debuginfo in SystemTap. */
const PROBED = [
  ['vfs_read', '$file->f_flags'],
  ['vfs_write', '$file->f_mode'],
  ['vfs_open', '$path->dentry->d_flags'],
  ['vfs_fsync', '$file->f_pos'],
  ['do_sys_openat2', '$dfd'],
  ['vfs_statfs', '$path->mnt->mnt_flags'],
  ['kill_pid', '$sig'],
  ['wake_up_process', '$p->pid'],
  ['vfs_mkdir', '$mode'],
  ['vfs_rmdir', '$dentry->d_flags'],
] as const;

/** The names that `wideScript` probes. */
export const PROBED_FUNCTIONS: readonly string[] = PROBED.map(([name]) => name);

export function wideScript(n: number, language: 'tapc' | 'stap'): string {
  const calls = FUNCTIONS.map((call) => `  try { println(${call}) } catch { }`).join('\n');
  const probes = PROBED.map(([name, argument]) =>
    language === 'tapc'
      ? `probe kernel.function("${name}") { printf("%d\\n", ${argument}) }`
      : `probe kprobe.function("${name}") { printf("%d\\n", pid()) }`,
  );
  return `probe begin {\n  println("${n}")\n${calls}\n}\n${probes.join('\n')}\n`;
}

/** `count` probes with bodies of a hundred bytes or so. */
export function manyProbesScript(count: number): string {
  const probes = Array.from({ length: count }, (_, i) => {
    const body = `c${i % 50} = c${i % 50} + ${i}\n  if (c${i % 50} > 1000) printf("%d %s\\n", c${i % 50}, "p${i}")`;
    return `probe timer.ms(${1000 + i}) {\n  ${body}\n}\n`;
  });
  return `global ${Array.from({ length: 50 }, (_, i) => `c${i}`).join(', ')}\n${probes.join('')}`;
}

/** System calls whose aliases both tapsets resolve without debuginfo. */
const CALLS: readonly string[] = [
  'read',
  'write',
  'open',
  'openat',
  'close',
  'poll',
  'lseek',
  'mprotect',
  'munmap',
  'brk',
  'ioctl',
  'access',
  'pipe',
  'select',
  'dup',
  'dup2',
  'socket',
  'connect',
  'accept',
  'recvfrom',
  'bind',
  'listen',
  'wait4',
  'kill',
  'fcntl',
  'fsync',
  'getcwd',
  'chdir',
  'rename',
  'mkdir',
  'rmdir',
  'link',
  'unlink',
  'chmod',
  'chown',
  'getuid',
  'nanosleep',
];

/** Each of them with what it was given. */
export function callsScript(n: number): string {
  const points = CALLS.map((name) => `syscall.${name}`).join(', ');
  return `probe begin { println("${n}") }\nprobe ${points} { println(name, " ", argstr) }\n`;
}
