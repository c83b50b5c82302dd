#include <asm/stacktrace/frame.h>
#include <linux/ptrace.h>

/* A record of zeros may be that of an exception, in the registers of what was interrupted: the stack goes on there. */
static bool tapc_frame_interrupted(u64 record, u64 *next, u64 *address)
{
	u64 regs = record - offsetof(struct pt_regs, stackframe), type;

	return tapc_peek_u64(record + offsetof(struct frame_record_meta, type), &type) && type == FRAME_META_TYPE_PT_REGS &&
	       tapc_peek_u64(regs + offsetof(struct pt_regs, pc), address) &&
	       tapc_peek_u64(regs + offsetof(struct pt_regs, regs[29]), next);
}
