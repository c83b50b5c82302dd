#include <linux/sched.h>
#include <linux/uaccess.h>

/* Writes to the memory of the current process; false where it is not resident: nothing sleeps. */
static bool tapc_poke_user(unsigned long address, const u8 *from, unsigned int n)
{
	u8 __user *to = (u8 __user *)address;
	bool done = false;

	if (!tapc_self()->mm || !tapc_is_user(address, n))
		return false;
	tapc_faults_off();
	if (tapc_user_begin(to, n)) {
		for (; n; n--)
			unsafe_put_user(*from++, to++, fault);
		done = true;
fault:
		user_access_end();
	}
	tapc_faults_on();
	return done;
}

static void tapc_store_user(struct tapc_hit *hit, const char *where, s64 address, const void *from, unsigned int n)
{
	if (!tapc_poke_user(address, from, n))
		tapc_fail_number(hit, where, "user write fault at ", address);
}
