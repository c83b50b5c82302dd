#include <linux/cpuhotplug.h>
#include <linux/hrtimer.h>
#include <linux/percpu.h>

/* A probe point that fires on every CPU. Each has its own timer, which starts and stops with the CPU. */
struct tapc_profile {
	struct tapc_timer __percpu *timers;
	enum hrtimer_restart (*fire)(struct hrtimer *hrtimer);
	u64 period;
	unsigned int probe;
};

/* Runs on the CPU that it is about. */
static void tapc_profile_start(struct tapc_profile *profile, unsigned int cpu)
{
	struct tapc_timer *timer = per_cpu_ptr(profile->timers, cpu);

	timer->fire = profile->fire;
	timer->period = profile->period;
	timer->spread = 0;
	timer->probe = profile->probe;
	tapc_timer_prepare(timer);
	hrtimer_start(&timer->hrtimer, ns_to_ktime(timer->period), HRTIMER_MODE_REL_PINNED_HARD);
}

static void tapc_profile_cancel(struct tapc_profile *profile, unsigned int cpu)
{
	hrtimer_cancel(&per_cpu_ptr(profile->timers, cpu)->hrtimer);
}

static unsigned long tapc_profiles_missed(struct tapc_profile *profiles, unsigned int count, unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int cpu, i;

	for (i = 0; i < count; i++) {
		if (profiles[i].probe != probe)
			continue;
		tapc_for_each_cpu(cpu)
			missed += READ_ONCE(per_cpu_ptr(profiles[i].timers, cpu)->missed);
	}
	return missed;
}

/* Starts on the CPUs that are up and on each that comes up; returns the state that ends it, or a negative errno. */
static int tapc_profiles_start(int (*up)(unsigned int cpu), int (*down)(unsigned int cpu))
{
	int state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "tapc/" KBUILD_MODNAME, up, down);

	if (state < 0)
		tapc_log(KERN_ERR KBUILD_MODNAME ": cannot start the profiling timers (error %d)\n", state);
	return state;
}
