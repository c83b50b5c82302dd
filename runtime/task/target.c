#include <linux/moduleparam.h>

/* The process that the script is about, as insmod is told; 0 for none. */
static int tapc_target;
module_param_named(target, tapc_target, int, 0444);
MODULE_PARM_DESC(target, "number of the process that the script is about");
