// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kworker looks after the registers: whenever something was decided, and
 * from time to time while anybody holds or waits.
 */
#include "slots.h"

#include <linux/cpu.h>
#include <linux/module.h>

/* How long until the registers are to be looked at again; 0: until someone asks. */
static unsigned long wts_next_look(void)
{
	struct wts_section section;
	bool waits = false;
	unsigned int i, n;

	wts_lock_must_enter(&section);
	n = wts_nstanding + wts_nunchecked + wts_ndynamic;
	for (i = 0; i < wts_nstanding; i++)
		waits |= wts_standing[i]->waits;
	waits |= wts_nunchecked;
	wts_lock_leave(&section);
	if (!n && !wts_taken)
		return 0;
	/* Nobody tells us when a register comes free: then we have to ask. */
	if (waits && !wts_sees_outsiders())
		return msecs_to_jiffies(15);
	return HZ;
}

static void wts_tend_work(struct work_struct *work);
static DECLARE_WORK(wts_tender, wts_tend_work);
static void wts_look_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(wts_looker, wts_look_work);

/* Looks after the registers.  Kworker. */
static void wts_tend(bool look)
{
	unsigned long next;

	cpus_read_lock();
	mutex_lock(&wts_mutex);
	if (wts_mechanism == WTS_MODIFY)
		wts_modify_all();
	if (look)
		wts_check_events();
	wts_yield();
	wts_check_waiting();
	wts_balance();
	next = wts_next_look();
	mutex_unlock(&wts_mutex);
	cpus_read_unlock();
	/* not put off for ever by those who have it tended all the time */
	if (next && next < HZ)
		mod_delayed_work(wts_queue, &wts_looker, next);
	else if (next)
		queue_delayed_work(wts_queue, &wts_looker, next);
}

static void wts_tend_work(struct work_struct *work)
{
	wts_tend(false);
}

static void wts_look_work(struct work_struct *work)
{
	wts_tend(true);
}

/* Interrupts and process context. */
static void wts_tend_soon(void)
{
	if (wts_queue)
		queue_work(wts_queue, &wts_tender);
}

/* What was decided before is in force, and nothing is taken without need.  Kworker. */
static int wts_settle_down(struct wts_request *request)
{
	wts_balance();
	wts_wait_carried();
	return 0;
}

/* At load; sleeps.  Undone by wts_request_exit(). */
static int wts_request_init(void)
{
	wts_queue = alloc_ordered_workqueue("watchtap_slots", 0);
	return wts_queue ? 0 : -ENOMEM;
}

/*
 * When nobody can ask any more and no claim is left:
 *  a. every register is given back, and no interrupt of ours is on its way;
 *  b. so what is queued has nothing to look after and queues nothing again;
 *  c. the queue is emptied.
 */
static void wts_request_exit(void)
{
	struct wts_request last = { .run = wts_settle_down };
	struct workqueue_struct *queue;

	wts_request(&last);
	irq_work_sync(&wts_kicker);
	cancel_delayed_work_sync(&wts_looker);
	/* the limit may be set until the module's parameters have gone */
	kernel_param_lock(THIS_MODULE);
	queue = wts_queue;
	wts_queue = NULL;
	kernel_param_unlock(THIS_MODULE);
	destroy_workqueue(queue);
}
