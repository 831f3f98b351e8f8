// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arbiter's own context: one kworker does all that takes registers from
 * perf or gives them back, one request at a time.  A client's process waits
 * for its request; decisions made elsewhere have it tend the registers soon.
 */
#include "slots.h"

#include <linux/cpu.h>
#include <linux/workqueue.h>

struct wts_request {
	struct work_struct work;
	int (*run)(struct wts_request *request);
	struct wts_claim **claims;
	unsigned int n;
	bool arms;
	struct wts_reason *why;
	int error;
};

static struct workqueue_struct *wts_queue;

static void wts_tend(bool look);

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

