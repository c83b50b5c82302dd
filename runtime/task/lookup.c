#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/sched.h>

/* The task of a thread number, as an address; 0 where there is none. It may be gone when it is used: read it as what may not be there. */
static s64 tapc_task_of(s64 tid)
{
	struct hlist_node *node = NULL;
	struct pid *pid;

	preempt_disable_notrace();
	pid = find_vpid(tid);
	if (pid)
		node = rcu_dereference_raw(hlist_first_rcu(&pid->tasks[PIDTYPE_PID]));
	preempt_enable_notrace();
	return node ? (long)hlist_entry(node, struct task_struct, pid_links[PIDTYPE_PID]) : 0;
}
