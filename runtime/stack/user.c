#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#define TAPC_USER_TRACE 32

/* Addresses on the stack of the current process, by its frame pointers: as many as there are, until one leads nowhere. */
static void tapc_user_backtrace(struct tapc_hit *hit, char *dst)
{
	struct pt_regs *regs = tapc_self()->mm ? task_pt_regs(tapc_self()) : NULL;
	unsigned long frame[2], at, last = 0;
	unsigned int n;

	dst[0] = '\0';
	if (!regs)
		return;
	tapc_append_hex(hit, dst, instruction_pointer(regs));
	at = frame_pointer(regs);
	for (n = 1; n < TAPC_USER_TRACE && at > last && !(at & 7); n++) {
		if (!tapc_peek_user(frame, at, sizeof(frame)) || !frame[1])
			break;
		tapc_append(hit, dst, " ");
		tapc_append_hex(hit, dst, frame[1]);
		last = at;
		at = frame[0];
	}
}
