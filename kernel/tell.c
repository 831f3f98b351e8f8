// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens to a claim is told to its client: noted under wts_lock in
 * whatever context it happens, told in order by a kworker of its own.
 *
 * A claim has room for one note of each kind, so nothing is allocated:
 *
 *  - armed is noted at O.  A gate does not open while armed or disarmed is
 *    still to be told, so there is never a second of either.
 *  - disarmed is noted when the claim loses its registers, is held back until
 *    D, and takes its time and its place in the order from then.
 *  - A claim that was released before O was never armed.  If its client did
 *    that, armed and disarmed are told all the same, as the client was
 *    promised them when the enable was granted; else it is unavailable.
 *  - What there is no room for is counted in the note that is there (repeats).
 */
#include "slots.h"

#include <linux/workqueue.h>

static LIST_HEAD(wts_notes);		/* (L) pending, in the order in which it happened */
static u64 wts_sequence;		/* (L) */
static struct task_struct *wts_teller;	/* the task that tells, while it does */
static struct workqueue_struct *wts_tell_queue;

static void wts_tell_work(struct work_struct *work);
static DECLARE_WORK(wts_tell, wts_tell_work);

typedef void wts_told(void *data, const struct wts_event *event);

static void wts_claim_put(struct wts_claim *claim);
static struct wts_claim *wts_is_late(void);
static void wts_open_late(struct wts_claim *claim);

/* Under the lock. */
static void wts_note_append(struct wts_note *note, u64 time)
{
	note->state = WTS_NOTE_PENDING;
	note->event.time = time;
	note->event.sequence = ++wts_sequence;
	list_add_tail(&note->link, &wts_notes);
}

/* Fills a note that is idle, or counts one more.  False: there was one.  Under the lock. */
static bool wts_note_fill(struct wts_claim *claim, enum wts_note_kind kind,
			  enum wts_cause cause, int error, const char *reason)
{
	struct wts_note *note = &claim->notes[kind];

	lockdep_assert_held(&wts_lock);
	if (note->state != WTS_NOTE_IDLE) {
		note->event.repeats++;
		return false;
	}
	note->event.size = sizeof(note->event);
	note->event.cause = cause;
	note->event.error = error;
	note->event.priority = claim->place.priority;
	note->event.repeats = 1;
	strscpy(note->event.reason, reason, sizeof(note->event.reason));
	return true;
}

/* Will a gate that opens now be told?  Under the lock, or a moment's truth. */
static bool wts_may_open(const struct wts_claim *claim)
{
	return READ_ONCE(claim->notes[WTS_NOTE_ARMED].state) == WTS_NOTE_IDLE &&
	       READ_ONCE(claim->notes[WTS_NOTE_DISARMED].state) == WTS_NOTE_IDLE;
}

/* O has been.  Under the lock. */
static void wts_note_armed(struct wts_claim *claim, u64 time)
{
	if (wts_note_fill(claim, WTS_NOTE_ARMED, WTS_CAUSE_NONE, 0, ""))
		wts_note_append(&claim->notes[WTS_NOTE_ARMED], time);
}

/* Loses its registers after O; told at D, of that generation.  Under the lock. */
static void wts_note_disarmed(struct wts_claim *claim, enum wts_cause cause, int error,
			      const char *reason, u64 generation)
{
	if (!wts_note_fill(claim, WTS_NOTE_DISARMED, cause, error, reason))
		return;
	claim->notes[WTS_NOTE_DISARMED].state = WTS_NOTE_HELD;
	claim->notes[WTS_NOTE_DISARMED].generation = generation;
}

/* D has been.  Under the lock. */
static void wts_note_released(struct wts_claim *claim, u64 generation, u64 time)
{
	struct wts_note *note = &claim->notes[WTS_NOTE_DISARMED];

	if (note->state == WTS_NOTE_HELD && note->generation <= generation)
		wts_note_append(note, time);
}

/*
 * Disabled by its client before O, at D of that generation, or at once (0);
 * reason is the client's, or "".  Under the lock.
 */
static void wts_note_in_vain(struct wts_claim *claim, const char *reason, u64 generation)
{
	struct wts_note *disarmed = &claim->notes[WTS_NOTE_DISARMED];

	if (!wts_may_open(claim)) {
		disarmed->event.repeats++;
		return;
	}
	wts_note_armed(claim, ktime_get_mono_fast_ns());
	wts_note_disarmed(claim, WTS_CAUSE_DISABLED, 0,
			  *reason ? reason : "disabled before it was armed", generation);
	if (!generation)
		wts_note_append(disarmed, ktime_get_mono_fast_ns());
}

/* Under the lock. */
static void wts_note_unavailable(struct wts_claim *claim, enum wts_cause cause, int error,
				 const char *reason)
{
	if (wts_note_fill(claim, WTS_NOTE_UNAVAILABLE, cause, error, reason))
		wts_note_append(&claim->notes[WTS_NOTE_UNAVAILABLE], ktime_get_mono_fast_ns());
}

/* Nothing more is told to it.  Under the lock. */
static void wts_note_forget(struct wts_claim *claim)
{
	unsigned int i;

	for (i = 0; i < WTS_NOTES; i++) {
		if (claim->notes[i].state == WTS_NOTE_PENDING)
			list_del(&claim->notes[i].link);
		claim->notes[i].state = WTS_NOTE_IDLE;
		claim->told[i] = NULL;
	}
}

/* The first note, taken out of the queue; its claim with a reference.  Kworker. */
static struct wts_claim *wts_tell_next(struct wts_event *ret, wts_told **told)
{
	struct wts_claim *claim = NULL;
	struct wts_section section;
	struct wts_note *note;

	wts_lock_must_enter(&section);
	note = list_first_entry_or_null(&wts_notes, struct wts_note, link);
	if (note) {
		claim = note->claim;
		*ret = note->event;
		*told = claim->told[note - claim->notes];
		list_del(&note->link);
		note->state = WTS_NOTE_IDLE;
		WRITE_ONCE(claim->is_told, true);
		kref_get(&claim->refs);
	}
	wts_lock_leave(&section);
	return claim;
}

/* A claim whose gate had to wait for what was to be told; with a reference.  Kworker. */
static struct wts_claim *wts_tell_late(void)
{
	struct wts_section section;
	struct wts_claim *claim;

	wts_lock_must_enter(&section);
	claim = wts_is_late();
	if (claim)
		kref_get(&claim->refs);
	wts_lock_leave(&section);
	return claim;
}

/* Tells everything there is; opens what waited for that.  Kworker; no lock held. */
static void wts_tell_work(struct work_struct *work)
{
	static struct wts_event event;	/* one worker, one event */
	struct wts_claim *claim;
	wts_told *told;

	WRITE_ONCE(wts_teller, current);
	for (;;) {
		claim = wts_tell_next(&event, &told);
		if (claim) {
			if (told)
				told(claim->data, &event);
			WRITE_ONCE(claim->is_told, false);
		} else {
			claim = wts_tell_late();
			if (!claim)
				break;
			wts_open_late(claim);
		}
		wts_claim_put(claim);
	}
	WRITE_ONCE(wts_teller, NULL);
}

/* Has all that is noted told, soon.  Interrupts and process context. */
static void wts_tell_soon(void)
{
	queue_work(wts_tell_queue, &wts_tell);
}

/* Is this one of the clients' callbacks? */
static bool wts_is_telling(void)
{
	return READ_ONCE(wts_teller) == current;
}

/* Returns when all that was noted has been told; at once in a callback.  Process context. */
static void wts_tell_all(void)
{
	struct work_struct work;

	if (wts_is_telling())
		return;
	/*
	 * One of our own: a CPU that is about to queue wts_tell keeps others
	 * from queueing it, and a flush finds nothing yet.
	 */
	INIT_WORK_ONSTACK(&work, wts_tell_work);
	queue_work(wts_tell_queue, &work);
	flush_work(&work);
	destroy_work_on_stack(&work);
}

/* At load; sleeps.  Undone by wts_tell_exit(). */
static int wts_tell_init(void)
{
	wts_tell_queue = alloc_ordered_workqueue("watchtap_tell", 0);
	return wts_tell_queue ? 0 : -ENOMEM;
}

/* When there is no claim any more. */
static void wts_tell_exit(void)
{
	destroy_workqueue(wts_tell_queue);
}
