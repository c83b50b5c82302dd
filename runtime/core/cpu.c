#include <asm/local.h>
#include <linux/cpumask.h>

/* What is counted of each probe: why hits were not served, hits, errors. */
enum tapc_counter {
	TAPC_SKIP_ROOM,		/* its output found no room */
	TAPC_SKIP_SCRATCH,	/* no working memory was left */
	TAPC_SKIP_LOCK,		/* another CPU kept a lock for too long */
	TAPC_SKIP_REENTRY,	/* an outer handler is where only one may be */
	TAPC_SKIP_RECURSION,	/* the handler set it off itself */
	TAPC_SKIPS, TAPC_HITS = TAPC_SKIPS, TAPC_FAILURES, TAPC_COUNTERS
};

/* What one CPU has for itself, at any depth of nesting; tail and records are the reader's. */
struct tapc_cpu {
	unsigned long head;		/* ring: where the next record goes; only grows */
	local_t dropped, truncated;	/* records, strings */
	unsigned int used, kept;	/* scratch: frames from below, texts of errors from above */
	unsigned int excluding;		/* a hit is inside tapc_exclusive_enter() */
	local_t counts[TAPC_PROBES][TAPC_COUNTERS];
	char scratch[TAPC_SCRATCH] __aligned(8);
	char ring[TAPC_BUFFER] ____cacheline_aligned;
	unsigned long tail, records;	/* ring: what has been read */
};

static struct tapc_cpu *tapc_cpus;	/* nr_cpu_ids of them */
