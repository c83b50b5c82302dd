/* printf("%d %d\n", pid(), gettimeofday_ns()): the numbers are kept, whoever reads them makes the text. */
#include "work/ring.h"

static __always_inline void work(long value)
{
	struct record *record;

	preempt_disable_notrace();
	record = ring_reserve(2 * sizeof(u64));
	if (likely(record)) {
		record->payload[0] = current->tgid;
		record->payload[1] = ktime_get_real_fast_ns();
		ring_publish(record, 2 * sizeof(u64));
	}
	preempt_enable_notrace();
}
