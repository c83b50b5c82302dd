#include <linux/uaccess.h>

#define tapc_user_begin(from, size) user_access_begin(from, size)
