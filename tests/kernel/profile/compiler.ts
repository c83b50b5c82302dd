import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FetchedKernel } from '../fetch/fetch.ts';

const run = promisify(execFile);

/** The headers that the checks see: whatever they define is compared with what BTF says. */
const prelude = `
#include <linux/module.h>
#include <linux/blk-mq.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/perf_event.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/tty.h>
#include <linux/uprobes.h>
#include <linux/workqueue.h>
#include <net/inet_sock.h>
#include <net/tcp.h>
#include <net/udp.h>
`;

/** Gives C text to the kernel's own build, in a folder of its own, and what the build made of it. */
export async function compile(
  kernel: FetchedKernel,
  text: string,
  target: 'check.i' | 'check.o',
): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tapc-check-'));
  try {
    await writeFile(
      path.join(folder, 'Kbuild'),
      'obj-m := check.o\nccflags-y += -Wno-unused -Wno-missing-braces -Wno-overflow -Werror=incompatible-pointer-types -save-temps=obj\n',
    );
    await writeFile(path.join(folder, 'check.c'), `${prelude}${text}\nMODULE_LICENSE("GPL");\n`);
    await run('make', ['-s', '-C', kernel.headers, `M=${folder}`, ...kernel.makeArguments, 'modules'], {
      maxBuffer: 1 << 28,
    });
    return await readFile(path.join(folder, target));
  } finally {
    await rm(folder, { recursive: true });
  }
}
