#include <linux/sched/loadavg.h>

/* Load over 1, 5 and 15 minutes, in 2048ths; 0 for any other index. */
static s64 tapc_loadavg(s64 index)
{
	return index >= 0 && index < 3 ? READ_ONCE(avenrun[index]) : 0;
}
