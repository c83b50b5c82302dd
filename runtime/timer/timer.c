#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>

/* A periodic probe point; `period` and `spread` in nanoseconds. */
struct tapc_timer {
	struct hrtimer hrtimer;
	enum hrtimer_restart (*fire)(struct hrtimer *hrtimer);
	u64 period;
	u64 spread;		/* the period varies by up to this, both ways */
	u64 random;
	unsigned long missed;	/* periods that ended while the handler still ran */
	unsigned int behind;	/* times in a row that this was so */
	unsigned int probe;
};

/* xorshift64: spreads well enough, and needs nothing from the kernel. */
static u64 tapc_timer_random(struct tapc_timer *timer)
{
	timer->random ^= timer->random << 13;
	timer->random ^= timer->random >> 7;
	timer->random ^= timer->random << 17;
	return timer->random;
}

/* The period that follows, in nanoseconds. */
static u64 tapc_timer_period(struct tapc_timer *timer)
{
	u64 period = timer->period;

	if (timer->spread)
		period += tapc_timer_random(timer) % (2 * timer->spread + 1) - timer->spread;
	return period ?: 1;
}

/*
 * Sets the next expiry, counted from the last one so that a late callback does not shift the rest. A handler that
 * takes longer than its period leaves at least half a period to what it interrupted; again and again, up to 64 of them: a
 * processor that cannot keep up must get out of the interrupt.
 */
static enum hrtimer_restart tapc_timer_again(struct hrtimer *hrtimer)
{
	struct tapc_timer *timer = container_of(hrtimer, struct tapc_timer, hrtimer);
	u64 period = tapc_timer_period(timer);
	ktime_t now = ktime_get_mono_fast_ns();
	s64 late = ktime_sub(now, hrtimer_get_expires(hrtimer));
	u64 periods = late > 0 ? late / period + 1 : 1;

	hrtimer_add_expires_ns(hrtimer, periods * period);

	timer->behind = periods > 1 ? min(timer->behind + 1, 8u) : 0;
	if (timer->behind > 1 || (timer->behind && ktime_sub(hrtimer_get_expires(hrtimer), now) < period / 2)) {
		unsigned int more = 1U << max(timer->behind, 2u) >> 2;

		hrtimer_add_expires_ns(hrtimer, more * period);
		periods += more;
	}
	if (periods > 1)
		WRITE_ONCE(timer->missed, timer->missed + periods - 1);
	return HRTIMER_RESTART;
}

static void tapc_timer_prepare(struct tapc_timer *timer)
{
	timer->random = ktime_get_mono_fast_ns() ^ (unsigned long)timer;
	timer->random |= 1;
	tapc_hrtimer_prepare(&timer->hrtimer, timer->fire);
}

static void tapc_timers_start(struct tapc_timer *timers, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		tapc_timer_prepare(&timers[i]);
		hrtimer_start(&timers[i].hrtimer, ns_to_ktime(tapc_timer_period(&timers[i])),
			      HRTIMER_MODE_REL_HARD);
	}
}

/* On return no timer's callback runs, on any CPU. */
static void tapc_timers_cancel(struct tapc_timer *timers, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		hrtimer_cancel(&timers[i].hrtimer);
}

static unsigned long tapc_timers_missed(struct tapc_timer *timers, unsigned int count, unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (timers[i].probe == probe)
			missed += READ_ONCE(timers[i].missed);
	return missed;
}
