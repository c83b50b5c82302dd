/** Scripts of systemtap-doc that do not become modules, and why: what `examples.ts` holds against what it finds. */

export interface Impossible {
  /** The end of its path. */
  readonly script: string;
  /**
   * `gone`: what it probes or reads is not in the kernel any more, so that nothing can build it, whatever it knows of that kernel.
   * `refused`: it runs commands. `debuginfo`: it asks for what only debuginfo tells.
   */
  readonly kind: 'gone' | 'refused' | 'debuginfo';
  readonly why: string;
  /** Some error that it gives must match, or the reason is out of date. */
  readonly error: RegExp;
}

const refused = (script: string): Impossible => ({
  script,
  kind: 'refused',
  why: 'runs a command: system()',
  error: /system\(\)/,
});

export const impossible: readonly Impossible[] = [
  {
    script: 'locks/bkl.stp',
    kind: 'gone',
    why: 'lock_kernel(), the big kernel lock, is gone since 2.6.39',
    error: /"lock_kernel"/,
  },
  {
    script: 'locks/bkl_stats.stp',
    kind: 'gone',
    why: 'lock_kernel(), the big kernel lock, is gone since 2.6.39',
    error: /"lock_kernel"/,
  },
  {
    script: 'memory/mmanonpage.stp',
    kind: 'gone',
    why: 'the tracepoints mm_anon_* were in one distribution’s kernels, never in the kernel itself',
    error: /"mm_anon_fault"/,
  },
  {
    script: 'network/autofs4.stp',
    kind: 'gone',
    why: 'autofs4_follow_link is gone since 2.6.38; the others have other names and parameters since 4.18',
    error: /autofs4_lookup|"\$dir"/,
  },
  {
    script: 'process/futexes2.stp',
    kind: 'gone',
    why: 'union futex_key has a sequence number in place of shared.inode since 5.7',
    error: /"inode"/,
  },
  {
    script: 'general/badname.stp',
    kind: 'gone',
    why: 'vfs_rename takes one struct renamedata since 5.12: it has no parameter $new_dentry',
    error: /"\$new_dentry"/,
  },
  {
    script: 'security-band-aids/cve-2021-4155.stp',
    kind: 'gone',
    why: 'xfs_alloc_file_space has no parameter $alloc_type since 5.17',
    error: /"\$alloc_type"/,
  },
  {
    script: 'security-band-aids/cve-2016-5195.stp',
    kind: 'gone',
    why: 'ptrace(2) takes its arguments in pt_regs since 4.17: no function of it that is left has a parameter $request',
    error: /"\$request"/,
  },
  refused('general/key.stp'),
  refused('general/sizeof_interactive.stp'),
  refused('general/watchdog.stp'),
  refused('io/enospc.stp'),
  {
    script: 'general/whythefail.stp',
    kind: 'debuginfo',
    why: 'places inside a function: statement("…@*:*")',
    error: /probe-statement/,
  },
  {
    script: 'profiling/linetimes.stp',
    kind: 'debuginfo',
    why: 'places inside a function: statement("…@*:*")',
    error: /probe-statement/,
  },
  {
    script: 'security-band-aids/cve-2016-0728.stp',
    kind: 'debuginfo',
    why: 'a place inside a function: .label("error2")',
    error: /labels inside a function/,
  },
  {
    script: 'security-band-aids/cve-2016-0728-templatized.stp',
    kind: 'debuginfo',
    why: 'a place inside a function: .label("error2")',
    error: /labels inside a function/,
  },
  {
    script: 'network/socket-trace.stp',
    kind: 'debuginfo',
    why: 'the functions of a file: BTF names no files',
    error: /probe-file-unknown/,
  },
  {
    script: 'tutorial/socket-trace.stp',
    kind: 'debuginfo',
    why: 'the functions of a file: BTF names no files',
    error: /probe-file-unknown/,
  },
  {
    script: 'security-band-aids/cve-2018-14634.stp',
    kind: 'debuginfo',
    why: 'copy_strings, which the compiler has inlined or cloned: it is not in BTF',
    error: /"copy_strings"/,
  },
  {
    script: 'io/iostat-scsi.stp',
    kind: 'debuginfo',
    why: 'st_do_scsi, which the compiler has cloned on some kernels, with $STp and $bytes: it is not in their BTF',
    error: /"st_do_scsi"|"\$STp"|"\$rq"/,
  },
];
