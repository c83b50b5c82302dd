#include <linux/sched.h>
#include <linux/uaccess.h>

/* Writes to the memory of the current process; what is not resident is an error, never a sleep. */
static void tapc_store_user(struct tapc_hit *hit, const char *where, s64 address, const void *from, unsigned int n)
{
	if (!tapc_self()->mm || copy_to_user_nofault((void __user *)address, from, n))
		tapc_fail_number(hit, where, "user write fault at ", address);
}
