#include <linux/processor.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* Keeps the processor busy. A round takes more than a nanosecond, so even a clock that stands still ends it. */
static void tapc_delay(u64 ns)
{
	u64 start = ktime_get_mono_fast_ns(), left = ns;

	while (left-- && ktime_get_mono_fast_ns() - start < ns)
		cpu_relax();
}
