/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runtime/map*.c, stat.c and aggregate.c take from the kernel and from the
 * rest of the runtime, for a program. A thread is a CPU. At each place where the
 * memory's order matters the test's interrupt() is called, as an interrupt that
 * comes at that moment.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../runtime/script.h"
#include "../../../runtime/wire.h"

typedef uint32_t u32;
typedef uint64_t u64;

/* The compiler's own, where a library has them in its headers. */
#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define noinline	__attribute__((noinline))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define min(a, b)	((a) < (b) ? (a) : (b))
#define ALIGN(x, to)	(((x) + (to) - 1) & ~(typeof(x))((to) - 1))
#define container_of(pointer, type, member)	((type *)((char *)(pointer) - offsetof(type, member)))
#define SMP_CACHE_BYTES	64

static inline u32 roundup_pow_of_two(u32 n)
{
	return n < 2 ? 1 : 1u << (32 - __builtin_clz(n - 1));
}

static void interrupt(void);

#define READ_ONCE(x)	({ interrupt(); __atomic_load_n(&(x), __ATOMIC_RELAXED); })
#define WRITE_ONCE(x, v) do {						\
	interrupt();							\
	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED);			\
	interrupt();							\
} while (0)
#define barrier()		interrupt()
#define smp_wmb()		do { interrupt(); __atomic_thread_fence(__ATOMIC_RELEASE); } while (0)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_mb__before_atomic()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_mb__after_atomic()	do { __atomic_thread_fence(__ATOMIC_SEQ_CST); interrupt(); } while (0)
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)

typedef struct { int counter; } atomic_t;

static inline int atomic_cmpxchg_acquire(atomic_t *a, int old, int new)
{
	interrupt();
	__atomic_compare_exchange_n(&a->counter, &old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return old;
}

static inline int atomic_xchg(atomic_t *a, int new)
{
	int old = __atomic_exchange_n(&a->counter, new, __ATOMIC_SEQ_CST);

	interrupt();
	return old;
}

#define xchg(p, v)		__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define set_bit(bit, p)		((void)__atomic_fetch_or(p, 1ul << (bit), __ATOMIC_SEQ_CST))
#define clear_bit_unlock(bit, p)	((void)__atomic_fetch_and(p, ~(1ul << (bit)), __ATOMIC_SEQ_CST))
#define test_and_set_bit(bit, p)	(__atomic_fetch_or(p, 1ul << (bit), __ATOMIC_SEQ_CST) >> (bit) & 1)

/* CPUs */
#define CPUS			3
#define nr_cpu_ids		CPUS
#define for_each_possible_cpu(cpu)	for (cpu = 0; cpu < CPUS; cpu++)
#define cpu_to_node(cpu)	(cpu)
#define cpu_relax()		((void)0)
#define udelay(us)		sched_yield()

static __thread int this_cpu;

static inline int raw_smp_processor_id(void)
{
	return this_cpu;
}

/* Memory: the n-th request fails where `fails` says so; room says what is not given back. */
#define GFP_KERNEL		0
#define __GFP_NOWARN		0
#define __GFP_RETRY_MAYFAIL	0
#define NUMA_NO_NODE		(-1)

static long allocated, requests, fails = -1;

static void *kvzalloc_node(size_t bytes, int flags, int node)
{
	void *p = requests++ == fails ? NULL : calloc(1, bytes);

	allocated += !!p;
	return p;
}

static void kvfree(const void *p)
{
	allocated -= !!p;
	free((void *)p);
}

#define kvzalloc(bytes, flags)		kvzalloc_node(bytes, flags, NUMA_NO_NODE)
#define kvcalloc(n, bytes, flags)	kvzalloc_node((size_t)(n) * (bytes), flags, NUMA_NO_NODE)

/* The runtime */
enum wt_level { WT_LEVEL_PROCESS, WT_LEVEL_TIMER, WT_LEVEL_FUNCTION, WT_LEVEL_HIT, WT_LEVELS };

struct wt_context {
	struct wt_ctx c;
	enum wt_level level;
};

static struct wt_context contexts[CPUS][WT_LEVELS];
static __thread unsigned int level;		/* that we run on */
static unsigned long lost[WT_LOSS_COUNT];

static inline struct wt_ctx *context(void)
{
	struct wt_context *x = &contexts[this_cpu][level];

	x->level = level;
	return &x->c;
}

static void wt_lose(enum wt_loss cause)
{
	__atomic_fetch_add(&lost[cause], 1, __ATOMIC_SEQ_CST);
}

void wt_fail(struct wt_ctx *c, const char *place, const char *message)
{
	if (!c->error) {
		c->place = place;
		c->error = message;
	}
}

void wt_copy(char *dst, const char *src)
{
	size_t n = strnlen(src, MAXSTRINGLEN - 1);

	memmove(dst, src, n);
	dst[n] = '\0';
}

int wt_compare(const char *a, const char *b)
{
	return strncmp(a, b, MAXSTRINGLEN);
}

#endif
