#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/sched.h>

/* The task of a thread number, as an address; 0 where there is none. It may be gone when it is used: read it as what may not be there. */
static s64 tapc_task_of(s64 tid)
{
	struct task_struct *task;

	preempt_disable_notrace();
	task = pid_task(find_vpid(tid), PIDTYPE_PID);
	preempt_enable_notrace();
	return (long)task;
}
