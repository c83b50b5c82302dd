#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/processor.h>

/* Reader-writer spin lock; state: readers in steps of TAPC_LOCK_READER, and these bits. */
struct tapc_lock {
	atomic_t state;
};

#define TAPC_LOCK_WRITER 1
#define TAPC_LOCK_PENDING 2	/* a writer waits: no new readers */
#define TAPC_LOCK_READER 4

/* Rounds to wait for another CPU, a thousand for a microsecond: far more than a handler within MAXACTION needs. */
#define TAPC_LOCK_SPINS (1000u * (TAPC_TRIES) * (TAPC_TRY_DELAY))

/* Whether a hit of this CPU is inside tapc_exclusive_enter(). */
static DEFINE_PER_CPU(bool, tapc_excluding);

/*
 * Interrupts off, and this CPU is ours: what nests here is refused, so no CPU ever waits for itself.
 * False: counted.
 */
static inline bool tapc_exclusive_enter(struct tapc_hit *hit, unsigned long *flags)
{
	raw_local_irq_save(*flags);
	if (unlikely(__this_cpu_read(tapc_excluding))) {
		raw_local_irq_restore(*flags);
		tapc_skip(hit, TAPC_SKIP_REENTRY);
		return false;
	}
	__this_cpu_write(tapc_excluding, true);
	barrier();
	return true;
}

static inline void tapc_exclusive_leave(struct tapc_hit *hit, unsigned long flags)
{
	barrier();
	__this_cpu_write(tapc_excluding, false);
	raw_local_irq_restore(flags);
}

static noinline bool tapc_lock_read_slow(struct tapc_hit *hit, struct tapc_lock *lock)
{
	unsigned int spins = TAPC_LOCK_SPINS;
	int state;

	do {
		state = atomic_read(&lock->state);
		if (!(state & (TAPC_LOCK_WRITER | TAPC_LOCK_PENDING)) &&
		    atomic_cmpxchg_acquire(&lock->state, state, state + TAPC_LOCK_READER) == state)
			return true;
		cpu_relax();
	} while (spins--);
	tapc_skip(hit, TAPC_SKIP_LOCK);
	return false;
}

static noinline bool tapc_lock_write_slow(struct tapc_hit *hit, struct tapc_lock *lock)
{
	unsigned int spins = TAPC_LOCK_SPINS;
	int state;

	do {
		state = atomic_read(&lock->state);
		if (!(state & ~TAPC_LOCK_PENDING)) {
			/* Others that wait will say so again. */
			if (atomic_cmpxchg_acquire(&lock->state, state, TAPC_LOCK_WRITER) == state)
				return true;
		} else if (!(state & TAPC_LOCK_PENDING)) {
			atomic_cmpxchg_relaxed(&lock->state, state, state | TAPC_LOCK_PENDING);
		}
		cpu_relax();
	} while (spins--);
	/* Readers must not wait for one that has given up. */
	atomic_andnot(TAPC_LOCK_PENDING, &lock->state);
	tapc_skip(hit, TAPC_SKIP_LOCK);
	return false;
}

static inline bool tapc_lock_read(struct tapc_hit *hit, struct tapc_lock *lock)
{
	int state = atomic_read(&lock->state);

	if (likely(!(state & (TAPC_LOCK_WRITER | TAPC_LOCK_PENDING)) &&
		   atomic_cmpxchg_acquire(&lock->state, state, state + TAPC_LOCK_READER) == state))
		return true;
	return tapc_lock_read_slow(hit, lock);
}

static inline bool tapc_lock_write(struct tapc_hit *hit, struct tapc_lock *lock)
{
	if (likely(atomic_cmpxchg_acquire(&lock->state, 0, TAPC_LOCK_WRITER) == 0))
		return true;
	return tapc_lock_write_slow(hit, lock);
}

static inline void tapc_unlock_read(struct tapc_lock *lock)
{
	smp_mb__before_atomic();
	atomic_sub(TAPC_LOCK_READER, &lock->state);
}

static inline void tapc_unlock_write(struct tapc_lock *lock)
{
	smp_mb__before_atomic();
	atomic_andnot(TAPC_LOCK_WRITER, &lock->state);
}
