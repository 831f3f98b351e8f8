// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arbiter's own context: one kworker does all that takes, aims or gives
 * back a register, one request at a time.  A client's process waits for its
 * request.  wts_claim_disable() may run anywhere, so it only has the next
 * sweep queued, by way of an interrupt of its own.
 */
#include "slots.h"

#include <linux/cpu.h>
#include <linux/irq_work.h>
#include <linux/workqueue.h>

struct wts_request {
	struct work_struct work;
	int (*run)(struct wts_request *request);
	struct wts_claim **claims;
	unsigned int n;
	struct wts_reason *why;
	int error;
};

static struct workqueue_struct *wts_queue;

/* Kworker. */
static void wts_request_work(struct work_struct *work)
{
	struct wts_request *request = container_of(work, struct wts_request, work);

	cpus_read_lock();
	mutex_lock(&wts_mutex);
	request->error = request->run(request);
	mutex_unlock(&wts_mutex);
	cpus_read_unlock();
}

/* Has the kworker run it, and waits.  Process context. */
static int wts_request(struct wts_request *request)
{
	might_sleep();
	INIT_WORK_ONSTACK(&request->work, wts_request_work);
	queue_work(wts_queue, &request->work);
	flush_work(&request->work);
	destroy_work_on_stack(&request->work);
	return request->error;
}

/* Kworker. */
static void wts_sweep_work(struct work_struct *work)
{
	cpus_read_lock();
	mutex_lock(&wts_mutex);
	wts_sweep();
	mutex_unlock(&wts_mutex);
	cpus_read_unlock();
}
static DECLARE_WORK(wts_sweeper, wts_sweep_work);

/* Interrupt. */
static void wts_wake_sweeper(struct irq_work *work)
{
	queue_work(wts_queue, &wts_sweeper);
}
static DEFINE_IRQ_WORK(wts_waker, wts_wake_sweeper);

/* Has shut claims released, soon.  Any context. */
static void wts_sweep_soon(void)
{
	irq_work_queue(&wts_waker);
}

/* At load; sleeps.  Undone by wts_request_exit(). */
static int wts_request_init(void)
{
	wts_queue = alloc_ordered_workqueue("watchtap_slots", 0);
	return wts_queue ? 0 : -ENOMEM;
}

/*
 * When nobody can ask any more:
 *  a. no new wake-up is queued, and the last one has run;
 *  b. so what it queued is in the queue, which is emptied.
 */
static void wts_request_exit(void)
{
	irq_work_sync(&wts_waker);
	destroy_workqueue(wts_queue);
}
