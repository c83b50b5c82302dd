#include <linux/cred.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/types.h>

static __always_inline s64 tapc_pid(void)
{
	return tapc_self()->tgid;
}

static __always_inline s64 tapc_tid(void)
{
	return tapc_self()->pid;
}

/* The parent may go at any time: its memory is read as what may not be there. */
static s64 tapc_ppid(void)
{
	u32 pid = 0;

	return tapc_peek_u32((unsigned long)&READ_ONCE(tapc_self()->real_parent)->tgid, &pid) ? pid : 0;
}

/* A task's own are its to read. */
static __always_inline const struct cred *tapc_cred(void)
{
	return rcu_dereference_protected(tapc_self()->cred, 1);
}

static __always_inline s64 tapc_uid(void)
{
	return __kuid_val(tapc_cred()->uid);
}

static __always_inline s64 tapc_euid(void)
{
	return __kuid_val(tapc_cred()->euid);
}

static __always_inline s64 tapc_gid(void)
{
	return __kgid_val(tapc_cred()->gid);
}

static __always_inline s64 tapc_egid(void)
{
	return __kgid_val(tapc_cred()->egid);
}

static __always_inline s64 tapc_cpu_number(void)
{
	return task_cpu(tapc_self());
}

#define TAPC_COMM min_t(unsigned int, TASK_COMM_LEN, TAPC_STRLEN)

static __always_inline void tapc_execname(char *dst)
{
	memcpy(dst, tapc_self()->comm, TAPC_COMM);
	dst[TAPC_COMM - 1] = '\0';
}

/* The name as a key: always ended, though another thread may be changing it. */
static __always_inline struct tapc_words tapc_comm_words(void)
{
	const u64 *comm = (const u64 *)tapc_self()->comm;
	struct tapc_words words = { READ_ONCE(comm[0]), READ_ONCE(comm[1]) };

	return words;
}

static void tapc_parent_execname(char *dst)
{
	if (!tapc_peek_memory(dst, (unsigned long)READ_ONCE(tapc_self()->real_parent)->comm, TAPC_COMM))
		dst[0] = '\0';
	dst[TAPC_COMM - 1] = '\0';
}

/* Bytes of the kernel stack in use, as far as this function can see. */
static s64 tapc_stack_used(void)
{
	return THREAD_SIZE - ((unsigned long)__builtin_frame_address(0) & (THREAD_SIZE - 1));
}

/* Where the current process is in its own code; 0 for a kernel thread. */
static s64 tapc_user_address(void)
{
	return tapc_self()->mm ? instruction_pointer(task_pt_regs(tapc_self())) : 0;
}
