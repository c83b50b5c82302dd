/** Tells what in a kernel's log means that a module did something wrong. */

/** Each is what the kernel prints when it catches a fault, a wrong context, a damaged structure or a stall. */
const COMPLAINTS: readonly RegExp[] = [
  /\bBUG\b/,
  /\bWARNING\b/,
  /\bOops\b/,
  /\bINFO: (task|rcu|possible)/,
  /Call Trace:/,
  /Kernel panic/,
  /general protection fault/,
  /unable to handle/i,
  /refcount_t:/,
  /list_(add|del) corruption/,
  /scheduling while atomic/,
  /sleeping function called/,
  /\b(soft|hard) ?lockup/i,
  /self-detected stall|detected stalls/,
  /stack[- ](guard|overflow|protector)/i,
  /double fault/,
  /\b(UBSAN|KASAN|KFENCE|KCSAN)\b/,
  /kernel BUG at/,
  /ftrace bug|ftrace_bug|failed to (un)?register/i,
  /Unknown symbol|disagrees about version|Invalid module format|exec format error/i,
];

/** The lines of a kernel log that no test may cause, without their time stamps. */
export function kernelComplaints(log: string): string[] {
  return log
    .split('\n')
    .map((line) => line.replace(/^(<\d+>)?\[\s*\d+\.\d+\]\s?/, '').trimEnd())
    .filter((line) => COMPLAINTS.some((pattern) => pattern.test(line)));
}
