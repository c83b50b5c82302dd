// SPDX-License-Identifier: GPL-2.0-only
/*
 * Causes events that nest, and counts them by itself: functions and tracepoints in process context, over them in a hard
 * interrupt every 30 microseconds, and over both in NMIs, which the other CPU sends at any moment, and every fourth interrupt to its
 * own CPU. All of them happen on CPU 0.
 *
 * debugfs nest/run: `entry 3000`, `return 3000`, `trace 3000`, `timer 3000`: which of the three a round calls (`timer`: none, it
 * only passes the time, for a script's own timer to be the slow one). nest/counts: what has been called so far.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/nmi.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#define PERIOD_NS 30000
#define NMI_PERIOD_NS 100000

/* Whoever wants to probe a return needs a function with something to do. */
#define PLACE(name)							\
noinline long name(long n);						\
static unsigned long name##_calls;					\
noinline long name(long n)						\
{									\
	barrier();							\
	return n + 1;							\
}									\

PLACE(nest_outer_entry)
PLACE(nest_outer_return)
PLACE(nest_irq_entry)
PLACE(nest_irq_return)
PLACE(nest_nmi_entry)
PLACE(nest_nmi_return)

#define CALL(name, n)							\
do {									\
	name##_calls++;							\
	if (name(n) != (n) + 1)						\
		nest_wrong++;						\
} while (0)

/* Values that did not come back as they must. */
static unsigned long nest_wrong;

/* Tracepoints that this kernel has and no virtual machine hits: called as their own code does. */
struct nest_trace {
	const char *name;
	struct tracepoint *tracepoint;
	unsigned long calls;
};

static struct nest_trace nest_traces[] = {
	{ "cpu_frequency" }, { "cpu_idle_miss" }, { "pm_qos_add_request" },
};

enum { OUTER, IRQ, NMI };

static void nest_look(struct tracepoint *tracepoint, void *unused)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nest_traces); i++)
		if (!strcmp(tracepoint->name, nest_traces[i].name))
			nest_traces[i].tracepoint = tracepoint;
}

/* Nothing but whole arguments in registers: enough for each of them. */
static void nest_trace(struct nest_trace *trace, unsigned long a, unsigned long b)
{
	void (*iterator)(void *data, unsigned long a, unsigned long b, unsigned long c);

	trace->calls++;
	preempt_disable_notrace();
	if (rcu_dereference_raw(trace->tracepoint->funcs)) {
		iterator = trace->tracepoint->iterator;
		iterator(NULL, a, b, 0);
	}
	preempt_enable_notrace();
}

static struct hrtimer nest_timer, nest_nmi_timer;
static bool nest_on;
static unsigned long nest_interrupts, nest_nmis, nest_rounds;

static enum hrtimer_restart nest_interrupt(struct hrtimer *timer)
{
	nest_interrupts++;
	CALL(nest_irq_entry, nest_interrupts);
	CALL(nest_irq_return, nest_interrupts);
	nest_trace(&nest_traces[IRQ], nest_interrupts, 0);
	if (!(nest_interrupts & 3))
		apic->send_IPI(0, NMI_VECTOR);
	hrtimer_forward_now(timer, ns_to_ktime(PERIOD_NS));
	return HRTIMER_RESTART;
}

static int nest_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!READ_ONCE(nest_on) || raw_smp_processor_id())
		return NMI_DONE;
	nest_nmis++;
	CALL(nest_nmi_entry, nest_nmis);
	CALL(nest_nmi_return, nest_nmis);
	nest_trace(&nest_traces[NMI], nest_nmis, 0);
	return NMI_HANDLED;
}

/* On the other CPU. One that comes while the last is being served waits, a third is one with the second. */
static enum hrtimer_restart nest_send(struct hrtimer *timer)
{
	apic->send_IPI(0, NMI_VECTOR);
	hrtimer_forward_now(timer, ns_to_ktime(NMI_PERIOD_NS));
	return HRTIMER_RESTART;
}

static void nest_start(void *timer)
{
	hrtimer_start(timer, ns_to_ktime(PERIOD_NS), HRTIMER_MODE_REL_PINNED_HARD);
}

/* Slow handlers that never end must not keep the guest: interrupts come until the rounds are over. */
static void nest_run(const char *what, unsigned long rounds)
{
	unsigned long i;

	set_cpus_allowed_ptr(current, cpumask_of(0));
	WRITE_ONCE(nest_on, true);
	smp_call_function_single(0, nest_start, &nest_timer, 1);
	smp_call_function_single(1, nest_start, &nest_nmi_timer, 1);
	for (i = 0; i < rounds; i++) {
		nest_rounds++;
		if (!strcmp(what, "entry"))
			CALL(nest_outer_entry, i);
		else if (!strcmp(what, "return"))
			CALL(nest_outer_return, i);
		else if (!strcmp(what, "trace"))
			nest_trace(&nest_traces[OUTER], i, 0);
		else
			udelay(40);
		cond_resched();
	}
	hrtimer_cancel(&nest_nmi_timer);
	hrtimer_cancel(&nest_timer);
	/* The last NMI may still be on its way. */
	msleep(20);
	WRITE_ONCE(nest_on, false);
}

static ssize_t nest_run_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	char line[32] = "", what[16] = "";
	unsigned long rounds;

	if (size >= sizeof(line) || copy_from_user(line, from, size) || sscanf(line, "%15s %lu", what, &rounds) != 2)
		return -EINVAL;
	nest_run(what, rounds);
	return size;
}

static const struct file_operations nest_run_fops = { .owner = THIS_MODULE, .write = nest_run_write };

static int nest_counts_show(struct seq_file *file, void *unused)
{
	seq_printf(file, "outer_entry %lu\nouter_return %lu\nouter_trace %lu\n", nest_outer_entry_calls,
		   nest_outer_return_calls, nest_traces[OUTER].calls);
	seq_printf(file, "irq_entry %lu\nirq_return %lu\nirq_trace %lu\n", nest_irq_entry_calls,
		   nest_irq_return_calls, nest_traces[IRQ].calls);
	seq_printf(file, "nmi_entry %lu\nnmi_return %lu\nnmi_trace %lu\n", nest_nmi_entry_calls,
		   nest_nmi_return_calls, nest_traces[NMI].calls);
	seq_printf(file, "rounds %lu\ninterrupts %lu\nnmis %lu\nwrong %lu\n", nest_rounds, nest_interrupts,
		   nest_nmis, nest_wrong);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(nest_counts);

static struct dentry *nest_folder;

static void nest_timer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *))
{
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer->function = function;
}

static int __init nest_init(void)
{
	int error, i;

	for_each_kernel_tracepoint(nest_look, NULL);
	for (i = 0; i < ARRAY_SIZE(nest_traces); i++)
		if (!nest_traces[i].tracepoint)
			return -ENOENT;
	nest_timer_setup(&nest_timer, nest_interrupt);
	nest_timer_setup(&nest_nmi_timer, nest_send);
	error = register_nmi_handler(NMI_LOCAL, nest_nmi, 0, "nest");
	if (error)
		return error;
	nest_folder = debugfs_create_dir("nest", NULL);
	debugfs_create_file("run", 0200, nest_folder, NULL, &nest_run_fops);
	debugfs_create_file("counts", 0400, nest_folder, NULL, &nest_counts_fops);
	return 0;
}

static void __exit nest_exit(void)
{
	debugfs_remove(nest_folder);
	unregister_nmi_handler(NMI_LOCAL, "nest");
}

module_init(nest_init);
module_exit(nest_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Events that nest");
