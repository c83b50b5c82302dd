#include <linux/hrtimer.h>

static void tapc_hrtimer_prepare(struct hrtimer *hrtimer, enum hrtimer_restart (*fire)(struct hrtimer *))
{
	hrtimer_setup(hrtimer, fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
}
