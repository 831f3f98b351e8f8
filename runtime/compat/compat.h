/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between kernels, for the runtime. compat_config.h is made by
 * compiling the probes of probes.c, never from a version number.
 */
#ifndef WATCHTAP_RUNTIME_COMPAT_H
#define WATCHTAP_RUNTIME_COMPAT_H

#include "runtime_compat_config.h"

/* 5.11 gave irq_work its HARD initialiser; the flag is older. */
#ifdef HAVE_IRQ_WORK_INIT_HARD
#define WT_IRQ_WORK_INIT_HARD(fn)	IRQ_WORK_INIT_HARD(fn)
#else
#define WT_IRQ_WORK_INIT_HARD(fn)	{ .flags = ATOMIC_INIT(IRQ_WORK_HARD_IRQ), .func = (fn) }
#endif

/* 6.13 brought hrtimer_setup, 6.15 took hrtimer_init away. */
static inline void wt_hrtimer_setup(struct hrtimer *timer,
				    enum hrtimer_restart (*fn)(struct hrtimer *),
				    clockid_t clock, enum hrtimer_mode mode)
{
#ifdef HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, fn, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
#endif
}

/* 5.14 put underscores before the task's state, 5.16 its CPU into the thread_info. */
#ifdef HAVE_TASK_STATE_WITH_UNDERSCORES
#define WT_TASK_STATE	__state
#else
#define WT_TASK_STATE	state
#endif
#ifdef HAVE_THREAD_INFO_CPU
#define WT_TASK_CPU	thread_info.cpu
#else
#define WT_TASK_CPU	cpu
#endif

/* 6.3 dropped the event from ring_buffer_unlock_commit. */
static inline void wt_ring_buffer_commit(struct trace_buffer *buffer, struct ring_buffer_event *event)
{
#ifdef HAVE_RING_BUFFER_COMMIT_WITH_EVENT
	ring_buffer_unlock_commit(buffer, event);
#else
	ring_buffer_unlock_commit(buffer);
#endif
}

/*
 * 6.8 wrapped the read page in a struct of its own, of any order; 7.2 returns it
 * through a pointer. NULL: out of memory.
 */
static inline void *wt_ring_buffer_alloc_page(struct trace_buffer *buffer)
{
#ifdef HAVE_RING_BUFFER_ALLOC_PAGE_RETURNS_ERROR
	struct buffer_data_read_page *page;

	return ring_buffer_alloc_read_page(buffer, 0, &page) ? NULL : page;
#else
	void *page = ring_buffer_alloc_read_page(buffer, 0);

	return IS_ERR(page) ? NULL : page;
#endif
}

static inline void wt_ring_buffer_free_page(struct trace_buffer *buffer, void *page)
{
	ring_buffer_free_read_page(buffer, 0, page);
}

#ifdef HAVE_BUFFER_DATA_READ_PAGE
static inline int wt_ring_buffer_read_page(struct trace_buffer *buffer, void **page, size_t bytes, int cpu)
{
	return ring_buffer_read_page(buffer, *page, bytes, cpu, 0);
}

static inline const void *wt_ring_buffer_page_data(void *page)
{
	return ring_buffer_read_page_data(page);
}
#else
static inline int wt_ring_buffer_read_page(struct trace_buffer *buffer, void **page, size_t bytes, int cpu)
{
	return ring_buffer_read_page(buffer, page, bytes, cpu, 0);
}

static inline const void *wt_ring_buffer_page_data(void *page)
{
	return page;
}
#endif

#endif
