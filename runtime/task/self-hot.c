#include <linux/percpu.h>
#include <linux/sched.h>

/* `current`, without the alias of it that newer compilers are given: one symbol more. */
#define tapc_self() this_cpu_read_stable(pcpu_hot.current_task)
