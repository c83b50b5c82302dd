#include <linux/fprobe.h>

/* How many calls may be under way at once, each with its return hooked. */
static void tapc_fprobe_room(struct fprobe *fprobe, int calls)
{
	fprobe->nr_maxactive = calls;
}
