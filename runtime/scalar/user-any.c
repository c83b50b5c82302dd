#include <linux/uaccess.h>

/* user_access_begin() looks. */
#define tapc_is_user(address, n) true

#define tapc_user_begin(at, size) user_access_begin(at, size)
