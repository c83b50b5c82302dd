#include <linux/minmax.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/* Where a sorted foreach keeps the numbers of the entries it goes through. */
struct tapc_order {
	u32 size;
	u32 *entry;
};

static int tapc_order_create(struct tapc_order *order, u32 size)
{
	order->entry = vzalloc(sizeof(u32) * (size_t)size);
	if (!order->entry)
		return -ENOMEM;
	order->size = size;
	return 0;
}

static void tapc_order_destroy(struct tapc_order *order)
{
	vfree(order->entry);
	order->entry = NULL;
}

/* Whether entry a comes before entry b; never both, never neither. */
typedef bool tapc_before(u32 a, u32 b);

/* Puts `e` into the heap where `at` is free; the one that comes last of all is at 0. */
static __always_inline void tapc_sift_down(u32 *heap, unsigned int n, u32 e, tapc_before *before)
{
	unsigned int at = 0, child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && before(heap[child], heap[child + 1]))
			child++;
		if (before(heap[child], e))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = e;
}

/* Takes `e` among the first `limit` so far, `n` of which are there; gives how many there are now. */
static unsigned int tapc_order_offer(struct tapc_order *order, unsigned int n, unsigned int limit, u32 e,
				     tapc_before *before)
{
	u32 *heap = order->entry;
	unsigned int at = n;

	if (n == limit) {
		if (before(e, heap[0]))
			tapc_sift_down(heap, n, e, before);
		return n;
	}
	while (at && before(heap[(at - 1) / 2], e)) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = e;
	return n + 1;
}

/* Makes an ordered list of the heap. */
static void tapc_order_finish(struct tapc_order *order, unsigned int n, tapc_before *before)
{
	u32 *heap = order->entry;

	while (n > 1) {
		u32 last = heap[--n];

		heap[n] = heap[0];
		tapc_sift_down(heap, n, last, before);
	}
}

/* As many as the script asks for and the array can hold. */
static unsigned int tapc_order_limit(const struct tapc_order *order, s64 limit)
{
	return clamp_t(s64, limit, 0, order->size);
}
