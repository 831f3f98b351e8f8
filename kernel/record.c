// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decisions are recorded, for testsuite/unit/replay to hold them against the
 * policy: what was asked for, what was answered, and how everyone stood then.
 * /proc/watchtap/record has a line for each:
 *
 *	NUMBER OPERATION ANSWER USABLE REQUEST... : STANDS...
 *
 *	ask		a batch, before anything else is made of a refusal; ANSWER
 *			is 0, or how many registers are missing, or -1: too many stand
 *	enable, later	one claim, after the ask that it may have led to; ANSWER is 1
 *			if it has its registers
 *	disable		one claim; ANSWER is 1 if it stood
 *	priority	one claim has got that of REQUEST
 *	settle		registers have come or gone
 *	lose		registers have gone, and whoever was in one lost it
 *	clear		nobody stands any more
 *
 *	USABLE		the registers that may be given out, a bit set, in hex
 *	REQUEST		ID,PRIORITY,PIECES
 *	STANDS		ID,PRIORITY,SENIORITY,STATE,PIECES, strongest first; the
 *			state is `h' holds, `w' waits, or `?': what was made of
 *			the decision is not what it says
 *	PIECES		SLOT@ADDRESS/LENGTH/ACCESS, joined by `+'; `-' for the slot of
 *			who has none; address in hex; access as struct wts_piece has it
 *
 * Registers that nobody holds may go without a line.  The last line is `lost N'
 * if there was no room for so many.
 *
 * It is written under wts_lock, in any context, into room that was there before;
 * owners take longer for it, so it is for tests.
 */
#include "slots.h"

#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_buf.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

static unsigned int record;
module_param(record, uint, 0444);
MODULE_PARM_DESC(record, "KiB in which decisions are recorded, for tests; 0: none");

static char *wts_record_room;		/* NULL: nothing is recorded */
static size_t wts_record_size;
static size_t wts_record_used;		/* (L) whole lines */
static u64 wts_record_number;		/* (L) */
static u64 wts_record_lost;		/* (L) after the first, all are */

static void wts_record_pieces(struct seq_buf *s, const struct wts_policy_claim *place, bool slots)
{
	unsigned int k;

	for (k = 0; k < place->pieces; k++) {
		const struct wts_piece *piece = &place->piece[k];

		seq_buf_printf(s, k ? "+" : ",");
		if (slots)
			seq_buf_printf(s, "%u@", place->slot[k]);
		else
			seq_buf_printf(s, "-@");
		seq_buf_printf(s, "%llx/%u/%u", piece->address, piece->length, piece->access);
	}
}

/* h, w or ?: what the policy says of who stands, and what was made of it, agree or not. */
static char wts_record_state(const struct wts_claim *claim)
{
	const struct wts_policy_claim *place = &claim->place;

	if (place->asks || place->holds == place->waits || place->holds != claim->has)
		return '?';
	return place->holds ? 'h' : 'w';
}

static noinline void wts_record_line(const char *operation, struct wts_claim *const *claims,
				     unsigned int n, int answer)
{
	struct seq_buf s;
	unsigned int i;

	if (wts_record_lost) {
		wts_record_lost++;
		return;
	}
	seq_buf_init(&s, wts_record_room + wts_record_used, wts_record_size - wts_record_used);
	seq_buf_printf(&s, "%llu %s %d %lx", wts_record_number, operation, answer, wts_usable);
	for (i = 0; i < n; i++) {
		seq_buf_printf(&s, " %llu,%d", claims[i]->id, claims[i]->place.priority);
		wts_record_pieces(&s, &claims[i]->place, false);
	}
	seq_buf_printf(&s, " :");
	for (i = 0; i < wts_nstanding; i++) {
		const struct wts_claim *claim = wts_claim_of(wts_standing[i]);

		seq_buf_printf(&s, " %llu,%d,%llu,%c", claim->id, claim->place.priority,
			       claim->place.seniority, wts_record_state(claim));
		wts_record_pieces(&s, &claim->place, claim->place.holds);
	}
	seq_buf_printf(&s, "\n");
	if (seq_buf_has_overflowed(&s)) {
		wts_record_lost = 1;
		return;
	}
	wts_record_number++;
	/* what a reader finds is whole lines */
	smp_store_release(&wts_record_used, wts_record_used + s.len);
}

/* One decision, when all of it is done to the claims. */
static void wts_record(const char *operation, struct wts_claim *const *claims, unsigned int n,
		       int answer)
{
	lockdep_assert_held(&wts_lock);
	if (unlikely(wts_record_room))
		wts_record_line(operation, claims, n, answer);
}

static ssize_t wts_record_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	const u64 lost = READ_ONCE(wts_record_lost);
	const size_t used = smp_load_acquire(&wts_record_used);
	loff_t at = *pos - used;
	ssize_t copied;
	char last[32];

	if (at < 0 || !lost)
		return simple_read_from_buffer(to, size, pos, wts_record_room, used);
	copied = simple_read_from_buffer(to, size, &at, last, scnprintf(last, sizeof(last),
									 "lost %llu\n", lost));
	*pos = used + at;
	return copied;
}

static const struct proc_ops wts_record_ops = {
	.proc_read = wts_record_read,
	.proc_lseek = default_llseek,
};

/* At load, before anything is decided.  Undone by wts_record_exit(), when nothing is any more. */
static int wts_record_init(void)
{
	if (!record)
		return 0;
	wts_record_size = (size_t)record * 1024;
	wts_record_room = vzalloc(wts_record_size);
	return wts_record_room ? 0 : -ENOMEM;
}

static void wts_record_exit(void)
{
	vfree(wts_record_room);
}

/* When there is /proc/watchtap, with which it goes. */
static int wts_record_proc_init(void)
{
	/* For root: it shows kernel addresses. */
	if (wts_record_room && !proc_create("watchtap/record", 0400, NULL, &wts_record_ops))
		return -ENOMEM;
	return 0;
}
