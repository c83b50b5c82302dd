#include <asm/local.h>
#include <linux/cpumask.h>

/* Why a hit was not served. */
enum tapc_skip_reason {
	TAPC_SKIP_ROOM,		/* its output found no room */
	TAPC_SKIP_SCRATCH,	/* no working memory was left */
	TAPC_SKIP_LOCK,		/* another CPU kept a lock for too long */
	TAPC_SKIP_REENTRY,	/* an outer handler is where only one may be */
	TAPC_SKIP_RECURSION,	/* the handler set it off itself */
	TAPC_SKIPS
};

/* What one CPU counted of one probe. */
struct tapc_count {
	local_t hits, errors, skipped[TAPC_SKIPS];
};

/* All that one CPU has for itself, at any depth of nesting. The reader's part starts at `tail`. */
struct tapc_cpu {
	unsigned long head;		/* ring: where the next record goes; grows without end */
	local_t dropped, truncated;	/* records, strings */
	unsigned int used, kept;	/* scratch: taken from below by frames, from above by texts of errors */
	unsigned int excluding;		/* a hit is inside tapc_exclusive_enter() */
	struct tapc_count counts[TAPC_PROBES];
	char scratch[TAPC_SCRATCH] __aligned(8);
	unsigned long tail ____cacheline_aligned;	/* ring: what has been read */
	unsigned long records;
	char ring[TAPC_BUFFER] ____cacheline_aligned;
};

/* nr_cpu_ids of them. */
static struct tapc_cpu *tapc_cpus;
