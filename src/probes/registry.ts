/** Every probe family. */
import { begin } from './begin/index.ts';
import { data } from './data/index.ts';
import type { ProbeFamily } from './family.ts';
import { functions } from './function/index.ts';
import { input } from './input/index.ts';
import { netfilter } from './netfilter/index.ts';
import { perf } from './perf/index.ts';
import { procfs } from './procfs/index.ts';
import { syscall } from './syscall/index.ts';
import { timer } from './timer/index.ts';
import { tracepoint } from './tracepoint/index.ts';
import { unavailable } from './unavailable/index.ts';

/** In the order in which they are attached; stopped in reverse. */
export const families: readonly ProbeFamily[] = [
  begin,
  timer,
  perf,
  tracepoint,
  syscall,
  functions,
  data,
  netfilter,
  procfs,
  input,
  unavailable,
];
