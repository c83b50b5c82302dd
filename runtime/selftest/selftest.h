/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the selftest are to its main file. */
#ifndef TAPC_SELFTEST_H
#define TAPC_SELFTEST_H

struct selftest_part {
	const char *name;
	/* As a module's init and exit: attaches the probes of the part and detaches them. */
	int (*load)(void);
	void (*unload)(void);
	/* Once unloaded: what was not as it should be, or an empty string. */
	const char *failed;
};

/* SELFTEST_PARTS(X) is X(name) for each part. */
#include "parts.h"

#define SELFTEST_DECLARE(name) extern const struct selftest_part selftest_##name;
SELFTEST_PARTS(SELFTEST_DECLARE)

#endif
