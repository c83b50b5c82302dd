/** The table of `npm run bench:kernel`: which scripts are measured, against what, and the ratios that are wanted. */

/** How a handler comes to run; what is written by hand has its part in `by-hand/by`. */
export type Mechanism = 'entry' | 'tracepoint' | 'return' | 'kprobe';

export interface Row {
  /** Names its modules: a C identifier. */
  readonly name: string;
  readonly title: string;
  readonly mechanism: Mechanism;
  /** What the handler by hand does: a file of `by-hand/work`. */
  readonly work: string;
  /** The script for tapc and for SystemTap; none for the rows that show what the mechanism costs alone. */
  readonly script?: string;
  /** The script for SystemTap where it needs another text. */
  readonly stapScript?: string;
  /** The calls that are measured are none that the script asks for. */
  readonly passedBy?: true;
  /** Greatest ratios wanted, to the handler by hand and to SystemTap's. */
  readonly atMost?: { readonly byHand: number; readonly stap: number };
  /** Over the bare call, SystemTap 5.6, once measured in the same way: by kernel line. */
  readonly stapOnce?: Readonly<Record<string, number>>;
}

const FUNCTION = '__x64_sys_getppid';
const ENTRY = `kprobe.function("${FUNCTION}")`;
const SYS_ENTER = 'kernel.trace("sys_enter")';
const COUNT_END = 'probe end { printf("%d\\n", n) }';
const STAT_END = (name: string): string =>
  `probe end { printf("%d %d %d %d\\n", @count(${name}), @sum(${name}), @min(${name}), @max(${name})) }`;
const ARRAY_END = 'probe end { foreach (k in a) println(k, " ", a[k]) }';
const PRINTF = 'printf("%d %d\\n", pid(), gettimeofday_ns())';

const count = (point: string): string => `global n\nprobe ${point} { n++ }\n${COUNT_END}\n`;
const keyed = (point: string, key: string): string =>
  `global a\nprobe ${point} { a[${key}]++ }\n${ARRAY_END}\n`;
const printed = (point: string): string => `probe ${point} { ${PRINTF} }\n`;

/** All rows. `commOffset` is where a task of this kernel has its name: the text that `kernel_string` reads. */
export function benchRows(commOffset: number): Row[] {
  return [
    { name: 'entry_nothing', title: 'function entry, nothing', mechanism: 'entry', work: 'nothing' },
    {
      name: 'kprobe_nothing',
      title: 'function entry by a kprobe, nothing',
      mechanism: 'kprobe',
      work: 'nothing',
    },
    { name: 'trace_nothing', title: 'sys_enter, nothing', mechanism: 'tracepoint', work: 'nothing' },
    { name: 'return_nothing', title: 'function return, nothing', mechanism: 'return', work: 'nothing' },
    {
      name: 'entry_count',
      title: 'function entry, n++',
      mechanism: 'entry',
      work: 'count',
      script: count(ENTRY),
      atMost: { byHand: 1.2, stap: 0.25 },
      stapOnce: { '6.1': 464, '6.12': 469 },
    },
    {
      name: 'entry_pids',
      title: 'function entry, a[pid()]++',
      mechanism: 'entry',
      work: 'pids',
      script: keyed(ENTRY, 'pid()'),
      atMost: { byHand: 1.3, stap: 0.3 },
      stapOnce: { '6.1': 589, '6.12': 593 },
    },
    {
      name: 'entry_statistic',
      title: 'function entry, n <<< 1',
      mechanism: 'entry',
      work: 'statistic',
      script: `global n\nprobe ${ENTRY} { n <<< 1 }\n${STAT_END('n')}\n`,
      atMost: { byHand: 1.3, stap: 0.25 },
      stapOnce: { '6.1': 459, '6.12': 460 },
    },
    {
      name: 'entry_names',
      title: 'function entry, a[execname()]++',
      mechanism: 'entry',
      work: 'names',
      script: keyed(ENTRY, 'execname()'),
      atMost: { byHand: 1.5, stap: 0.35 },
      stapOnce: { '6.1': 964, '6.12': 1102 },
    },
    {
      name: 'entry_print',
      title: 'function entry, printf of two',
      mechanism: 'entry',
      work: 'print',
      script: printed(ENTRY),
      atMost: { byHand: 1.2, stap: 0.15 },
      stapOnce: { '6.1': 1645, '6.12': 1628 },
    },
    {
      name: 'trace_count',
      title: 'sys_enter, n++',
      mechanism: 'tracepoint',
      work: 'count',
      script: count(SYS_ENTER),
      atMost: { byHand: 1.2, stap: 0.3 },
      stapOnce: { '6.1': 360, '6.12': 361 },
    },
    {
      name: 'trace_pids',
      title: 'sys_enter, a[pid()]++',
      mechanism: 'tracepoint',
      work: 'pids',
      script: keyed(SYS_ENTER, 'pid()'),
      atMost: { byHand: 1.3, stap: 0.35 },
      stapOnce: { '6.1': 484, '6.12': 486 },
    },
    {
      name: 'trace_print',
      title: 'sys_enter, printf of two',
      mechanism: 'tracepoint',
      work: 'print',
      script: printed(SYS_ENTER),
      atMost: { byHand: 1.2, stap: 0.15 },
      stapOnce: { '6.1': 1547, '6.12': 1540 },
    },
    {
      name: 'trace_other',
      title: 'another system call than the probed one',
      mechanism: 'tracepoint',
      work: 'other',
      passedBy: true,
      script: `global n\nprobe syscall.openat { n++ }\n${COUNT_END}\n`,
      atMost: { byHand: 1.1, stap: 0.3 },
    },
    {
      name: 'return_statistic',
      title: 'function return, s <<< $return',
      mechanism: 'return',
      work: 'statistic',
      script: `global s\nprobe kernel.function("vfs_read").return { s <<< $return }\n${STAT_END('s')}\n`,
      stapScript: `global s\nprobe kprobe.function("vfs_read").return { s <<< returnval() }\n${STAT_END('s')}\n`,
      atMost: { byHand: 1.3, stap: 0.4 },
    },
    {
      name: 'entry_text',
      title: 'function entry, printf of kernel_string',
      mechanism: 'entry',
      work: 'text',
      script: `probe ${ENTRY} { printf("%s\\n", kernel_string(task_current() + ${commOffset})) }\n`,
      atMost: { byHand: 1.3, stap: 0.2 },
    },
  ];
}

/** The functions that the scripts name: SystemTap must be told that they exist. */
export const PROBED_FUNCTIONS = [FUNCTION, 'vfs_read'];

/** The system call that makes a row's hits, one each; an argument of the guest's `calls`. */
export function callOf(row: Row): string {
  return row.mechanism === 'return' ? 'read' : 'getppid';
}
