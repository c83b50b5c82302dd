/* printf("%s\n", kernel_string(address)): into the record word by word, cut to what is there. */
#include <asm/word-at-a-time.h>
#include <linux/uaccess.h>
#include "work/ring.h"

#define LONGEST 512

static __always_inline void work(long value)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	const u64 *from = (u64 *)current->comm;
	unsigned long word, zeroes;
	struct record *record;
	unsigned int n = 0, i;
	u64 words[LONGEST / 8];

	if (unlikely((unsigned long)from < TASK_SIZE_MAX))
		return;
	preempt_disable_notrace();
	do {
		__get_kernel_nofault(&word, &from[n], unsigned long, out);
		words[n++] = word;
	} while (!has_zero(word, &zeroes, &constants) && n < LONGEST / 8);
	record = ring_reserve(8 * n);
	if (likely(record)) {
		for (i = 0; i < n; i++)
			record->payload[i] = words[i];
		ring_publish(record, 8 * n);
	}
out:
	preempt_enable_notrace();
}
