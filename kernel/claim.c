// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The functions of watchtap_slots.h: a claim's life from its client's side.
 *
 * How a claim dies (wts_claim_destroy):
 *  a. nobody can enable it any more, its gate is shut: no handler that begins
 *     now is given to the client;
 *  b. the kworker waits until every CPU has confirmed a plan without it: no
 *     handler that began before (a) is still running, no CPU's register leads
 *     to it, and no wish for it is left;
 *  c. what is to be told is told (a claim that is destroyed from its own
 *     callback is told nothing more);
 *  d. it leaves the list, and is freed when the last who has a reference, the
 *     kworker that is telling it something, has let go.
 */
#include "slots.h"

#include <linux/export.h>
#include <linux/module.h>
#include <linux/slab.h>

/* A member that an older client did not have reads as zero. */
#define wts_has(object, type, member) \
	((object)->size >= offsetofend(type, member))
#define wts_get(object, type, member) \
	(wts_has(object, type, member) ? (object)->member : (typeof((object)->member))0)

static void wts_claim_free(struct wts_claim *claim)
{
	free_percpu(claim->counts);
	kfree(claim);
}

static void wts_claim_last(struct kref *refs)
{
	wts_claim_free(container_of(refs, struct wts_claim, refs));
}

/* Process context. */
static void wts_claim_put(struct wts_claim *claim)
{
	kref_put(&claim->refs, wts_claim_last);
}

/* Adds a claim that was checked as far as can be without perf.  Kworker. */
static int wts_admit(struct wts_request *request)
{
	struct wts_claim *claim = request->claims[0];
	struct wts_section section;
	static u64 id;
	int error = wts_check_claim(claim, request->why);

	if (error && error != -ENOSPC)
		return error;
	claim->id = ++id;
	wts_lock_must_enter(&section);
	list_add_tail(&claim->link, &wts_claims);
	wts_ndynamic += claim->dynamic;
	wts_lock_leave(&section);
	wts_balance();
	return 0;
}

/* Steps a and b.  Kworker. */
static int wts_dismiss(struct wts_request *request)
{
	struct wts_claim *claim = request->claims[0];
	struct wts_section section;

	wts_lock_must_enter(&section);
	claim->dying = true;
	wts_decide_disable(claim);
	wts_lock_leave(&section);
	wts_wait_carried();
	/* a wish that a last handler left is granted, which does nothing now */
	wts_lock_must_enter(&section);
	wts_lock_leave(&section);
	return 0;
}

/* The first half of step d: nobody finds it any more.  Kworker. */
static int wts_unlink(struct wts_request *request)
{
	struct wts_claim *claim = request->claims[0];
	struct wts_section section;

	wts_lock_must_enter(&section);
	wts_note_forget(claim);
	list_del(&claim->link);
	wts_ndynamic -= claim->dynamic;
	wts_lock_leave(&section);
	wts_balance();
	return 0;
}

/* Registers that would be in use with the batch.  With wts_mutex. */
static unsigned int wts_demand_with(struct wts_claim **claims, unsigned int n)
{
	struct wts_section section;
	unsigned int i, demand;

	wts_lock_must_enter(&section);
	for (i = 0; i < n; i++)
		if (!wts_stands(claims[i]) && wts_stand(claims[i]))
			claims[i]->place.asks = true;
	demand = wts_demand();
	for (i = 0; i < n; i++)
		if (claims[i]->place.asks) {
			claims[i]->place.asks = false;
			wts_unstand(claims[i]);
		}
	wts_lock_leave(&section);
	return demand;
}

/*
 * Grants a batch, all or none.  Free registers are taken before anybody loses
 * one.  Kworker.
 */
static int wts_grant(struct wts_request *request)
{
	struct wts_claim **claims = request->claims;
	struct wts_section section;
	bool unchecked = false;
	unsigned int i;
	int error = 0;

	for (i = 0; i < request->n && !error; i++) {
		if (!READ_ONCE(claims[i]->place.pieces))
			error = wts_refuse_unaimed(request->why);
		else if (!wts_is_checked(claims[i]))
			error = wts_check_claim(claims[i], request->why);
		if (error == -ENOSPC || error == -EAGAIN)
			error = 0;
		if (error && request->why)
			request->why->claim = i;
	}
	if (error)
		return error;

	error = wts_grow(wts_demand_with(claims, request->n));
	if (error && error != -ENOSPC && error != -ENODEV)
		return wts_refuse(request->why, WTS_CAUSE_PERF, error,
				  "perf refused a register (error %d)", error);

	wts_lock_must_enter(&section);
	for (i = 0; i < request->n; i++)
		unchecked |= !wts_is_checked(claims[i]);
	if (error == -ENODEV || !wts_all_fire)
		error = wts_refuse_traps(request->why);
	else
		error = wts_decide_batch(claims, request->n, request->arms && !unchecked,
					 request->why);
	wts_lock_leave(&section);
	if (!error && unchecked)
		error = wts_check_granted(claims, request->n, request->why);
	wts_balance();
	return error;
}

/* Kworker. */
static int wts_arm(struct wts_request *request)
{
	struct wts_section section;
	unsigned int i;
	int error = 0;

	wts_lock_must_enter(&section);
	for (i = 0; i < request->n; i++) {
		struct wts_claim *claim = request->claims[i];

		claim->lost_to_perf = false;
		if (claim->has || claim->place.waits || claim->waits_unchecked)
			wts_want_arms(claim, true);
		if (!claim->has || claim->arms)
			continue;
		claim->arms = true;
		wts_dirty = true;
	}
	wts_lock_leave(&section);
	wts_wait_carried();
	for (i = 0; i < request->n; i++)
		if (READ_ONCE(request->claims[i]->lost_to_perf))
			error = -EIO;
	return error;
}

/* The access of a claim's pieces.  Any context. */
static unsigned int wts_piece_access(const struct wts_claim_attr *attr)
{
	const unsigned int flags = wts_get(attr, struct wts_claim_attr, flags);

	return attr->access | (flags & WTS_PER_CPU ? WTS_OWN_COPY : 0);
}

/* What can be said of an attr without a register.  Any context. */
static int wts_check_attr(const struct wts_claim_attr *attr, struct wts_aim *aim,
			  struct wts_policy_claim *place, struct wts_reason *why)
{
	const unsigned int n = wts_get(attr, struct wts_claim_attr, nranges);
	struct wts_range whole;

	if (!wts_has(attr, struct wts_claim_attr, owner) || !attr->ops ||
	    !wts_has(attr->ops, struct wts_ops, hit) ||
	    (!attr->ops->hit && !wts_get(attr->ops, struct wts_ops, hit_range)) ||
	    wts_get(attr, struct wts_claim_attr, flags) &
	    ~(WTS_DYNAMIC | WTS_AIMED_LATER | WTS_PER_CPU) ||
	    wts_get(attr, struct wts_claim_attr, reserved) ||
	    (n && !attr->ranges))
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -EINVAL,
				  "the client's request is incomplete");
	if (attr->access != WTS_WRITE && attr->access != WTS_READ_WRITE)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -EINVAL,
				  "cannot watch for access %u: it is 1 or 3", attr->access);
	whole = (struct wts_range){ attr->address, attr->length };
	if (!(wts_get(attr, struct wts_claim_attr, flags) & WTS_AIMED_LATER))
		return wts_check_ranges(n ? attr->ranges : &whole, n ?: 1, wts_piece_access(attr),
					aim, place, why);
	if (n || attr->address || attr->length)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -EINVAL,
				  "a claim that is aimed later has an address already");
	return 0;
}

/* Copies what a client says of its claim. */
static void wts_claim_fill(struct wts_claim *claim, const struct wts_claim_attr *attr,
			   const struct wts_aim *aim, const struct wts_policy_claim *place)
{
	const struct wts_ops *ops = attr->ops;
	unsigned int i;

	claim->hit_range = wts_get(ops, struct wts_ops, hit_range);
	claim->hit = claim->hit_range ? NULL : ops->hit;
	claim->observe = wts_get(ops, struct wts_ops, observe);
	claim->told[WTS_NOTE_ARMED] = wts_get(ops, struct wts_ops, armed);
	claim->told[WTS_NOTE_DISARMED] = wts_get(ops, struct wts_ops, disarmed);
	claim->told[WTS_NOTE_UNAVAILABLE] = wts_get(ops, struct wts_ops, unavailable);
	claim->data = attr->data;
	claim->access = wts_piece_access(attr);
	claim->owner = attr->owner;
	claim->aim = *aim;
	claim->place = *place;
	claim->place.priority = wts_get(attr, struct wts_claim_attr, priority);
	claim->dynamic = wts_get(attr, struct wts_claim_attr, flags) & WTS_DYNAMIC;
	strscpy(claim->name, attr->name ?: "", sizeof(claim->name));
	strscpy(claim->client, attr->client ?: "", sizeof(claim->client));
	claim->reason = "";
	kref_init(&claim->refs);
	INIT_LIST_HEAD(&claim->leaving);
	for (i = 0; i < WTS_NOTES; i++)
		claim->notes[i].claim = claim;
}

struct wts_claim *wts_claim_create(const struct wts_claim_attr *attr, struct wts_reason *why)
{
	struct wts_request request = { .run = wts_admit, .n = 1, .why = why };
	struct wts_policy_claim place = { };
	struct wts_aim aim = { };
	struct wts_claim *claim;

	if (wts_check_attr(attr, &aim, &place, why))
		return NULL;

	claim = kzalloc(sizeof(*claim), GFP_KERNEL);
	if (!claim)
		goto no_memory;
	claim->counts = alloc_percpu(struct wts_counts);
	if (!claim->counts)
		goto no_counts;
	wts_claim_fill(claim, attr, &aim, &place);
	request.claims = &claim;
	if (wts_request(&request)) {
		wts_claim_free(claim);
		return NULL;
	}
	return claim;

no_counts:
	kfree(claim);
no_memory:
	wts_refuse(why, WTS_CAUSE_NONE, -ENOMEM, "out of memory");
	return NULL;
}
EXPORT_SYMBOL_GPL(wts_claim_create);

int wts_claims_grant(struct wts_claim **claims, unsigned int n, struct wts_reason *why)
{
	struct wts_request request = { .run = wts_grant, .claims = claims, .n = n, .why = why };

	return wts_request(&request);
}
EXPORT_SYMBOL_GPL(wts_claims_grant);

int wts_claims_arm(struct wts_claim **claims, unsigned int n)
{
	struct wts_request request = { .run = wts_arm, .claims = claims, .n = n };
	int error = wts_request(&request);

	/* a gate that waits for the claim's last disarmed opens when it is told */
	wts_tell_all();
	return error;
}
EXPORT_SYMBOL_GPL(wts_claims_arm);

int wts_claims_enable(struct wts_claim **claims, unsigned int n, struct wts_reason *why)
{
	struct wts_request request = { .run = wts_grant, .claims = claims, .n = n, .why = why,
				       .arms = true };
	int error = wts_request(&request);

	if (error)
		return error;
	error = wts_claims_arm(claims, n);
	if (error)
		wts_refuse(why, WTS_CAUSE_PERF, error, "perf has put a register out of action");
	return error;
}
EXPORT_SYMBOL_GPL(wts_claims_enable);

/* Adds to what is wished already what would be so if all were decided one by one. */
static void wts_wish_later(struct wts_claim *claim, unsigned int flags)
{
	int was = atomic_read(&claim->wish), wish;

	do {
		wish = was | WTS_WISH_LATER;
		if (!(flags & WTS_GRANT))
			wish &= ~WTS_WISH_GRANT;
		else if (!(was & WTS_WISH_LATER))
			wish |= WTS_WISH_GRANT;
	} while (!atomic_try_cmpxchg(&claim->wish, &was, wish));
}

int wts_claim_enable(struct wts_claim *claim, unsigned int flags, struct wts_reason *why)
{
	struct wts_section section;
	int granted;

	if (!wts_lock_enter(&section)) {
		if (flags & WTS_LATER) {
			wts_wish_later(claim, flags);
			wts_leave_wish(claim);
		}
		wts_refuse(why, WTS_CAUSE_BUSY, -EBUSY, "the arbiter is busy on this CPU");
		return 0;
	}
	granted = wts_decide_enable(claim, flags, why);
	wts_lock_leave(&section);
	wts_kick_soon();
	return granted;
}
EXPORT_SYMBOL_GPL(wts_claim_enable);

/*
 * C is the exchange: it needs no lock, whatever it interrupts.  The reason is
 * there before, for whoever finds the gate shut and decides it first.
 */
int wts_claim_disable_for(struct wts_claim *claim, const char *reason)
{
	struct wts_section section;
	int disabled;
	u64 gate;

	WRITE_ONCE(claim->reason, reason ?: "");
	gate = atomic64_xchg(&claim->gate, 0);
	if (!wts_lock_enter(&section)) {
		atomic_set(&claim->wish, WTS_WISH_DISABLE);
		wts_leave_wish(claim);
		return gate || READ_ONCE(claim->place.waits) || READ_ONCE(claim->waits_unchecked);
	}
	disabled = wts_decide_disable(claim);
	wts_lock_leave(&section);
	if (disabled)
		wts_kick_soon();
	return disabled;
}
EXPORT_SYMBOL_GPL(wts_claim_disable_for);

int wts_claim_disable(struct wts_claim *claim)
{
	return wts_claim_disable_for(claim, "");
}
EXPORT_SYMBOL_GPL(wts_claim_disable);

bool wts_claim_refuse(struct wts_claim *claim, int error, const char *reason)
{
	struct wts_section section;

	if (!wts_lock_enter(&section))
		return false;
	wts_note_unavailable(claim, WTS_CAUSE_NONE, error, reason);
	wts_lock_leave(&section);
	wts_kick_soon();
	return true;
}
EXPORT_SYMBOL_GPL(wts_claim_refuse);

void wts_claim_set_priority(struct wts_claim *claim, s32 priority)
{
	struct wts_section section;

	if (!wts_lock_enter(&section)) {
		WRITE_ONCE(claim->wish_priority, priority);
		atomic_set_release(&claim->wish_priority_set, 1);
		wts_leave_wish(claim);
		return;
	}
	wts_apply_priority(claim, priority);
	wts_lock_leave(&section);
	wts_kick_soon();
}
EXPORT_SYMBOL_GPL(wts_claim_set_priority);

bool wts_claim_is_open(const struct wts_claim *claim)
{
	return atomic64_read_acquire(&claim->gate) & 1;
}
EXPORT_SYMBOL_GPL(wts_claim_is_open);

void wts_flush(void)
{
	struct wts_request request = { .run = wts_settle_down };

	if (wts_is_telling())
		return;
	wts_request(&request);
	wts_tell_all();
}
EXPORT_SYMBOL_GPL(wts_flush);

/* As wts_claim_destroy(); tells: what is still to be told is told. */
static void wts_claim_end(struct wts_claim *claim, bool tells)
{
	struct wts_request dismiss = { .run = wts_dismiss, .claims = &claim, .n = 1 };
	struct wts_request unlink = { .run = wts_unlink, .claims = &claim, .n = 1 };

	wts_claim_disable(claim);
	wts_request(&dismiss);
	if (tells)
		wts_tell_all();
	wts_request(&unlink);
	/* who took a note before is through with it */
	wts_tell_all();
	wts_claim_put(claim);
}

void wts_claim_destroy(struct wts_claim *claim)
{
	if (claim)
		wts_claim_end(claim, true);
}
EXPORT_SYMBOL_GPL(wts_claim_destroy);

/* Where a claim stands.  Any context; a moment's truth unless wts_lock is held. */
static enum wts_state wts_claim_state(const struct wts_claim *claim)
{
	u64 gate = atomic64_read(&claim->gate);

	if (gate)
		return gate & 1 ? WTS_ARMED : WTS_ARMING;
	if (READ_ONCE(claim->place.waits) || READ_ONCE(claim->waits_unchecked))
		return WTS_WAITING;
	return READ_ONCE(claim->has) || READ_ONCE(claim->leaves) ? WTS_RELEASING : WTS_OFF;
}

void wts_claim_stats(const struct wts_claim *claim, struct wts_claim_stats *ret)
{
	struct wts_claim_stats stats = { .size = sizeof(stats) };
	unsigned int cpu;

	stats.state = wts_claim_state(claim);
	stats.stolen = READ_ONCE(claim->stolen);
	for_each_possible_cpu(cpu)
		stats.delivered += READ_ONCE(per_cpu_ptr(claim->counts, cpu)->delivered);
	stats.arming = wts_count_arming(claim);
	/* As much as the client has room for; size 0 is what the first version may have left. */
	stats.size = min_t(size_t, sizeof(stats),
			   ret->size ?: offsetof(struct wts_claim_stats, stolen));
	memcpy(ret, &stats, stats.size);
}
EXPORT_SYMBOL_GPL(wts_claim_stats);

/* The first claim that a module has left behind, or NULL. */
static struct wts_claim *wts_left_behind(const struct module *owner)
{
	struct wts_claim *claim, *found = NULL;
	struct wts_section section;

	wts_lock_must_enter(&section);
	list_for_each_entry(claim, &wts_claims, link)
		if (!found && claim->owner == owner)
			found = claim;
	wts_lock_leave(&section);
	return found;
}

/* A module goes; its exit function has run, its text is still there. */
static int wts_module_event(struct notifier_block *block, unsigned long event, void *module)
{
	struct wts_claim *claim;

	while (event == MODULE_STATE_GOING && (claim = wts_left_behind(module))) {
		pr_warn("%s of \"%s\" was left behind by module %s; it is destroyed\n",
			claim->name, claim->client, ((struct module *)module)->name);
		wts_claim_end(claim, false);
	}
	return NOTIFY_DONE;
}

static struct notifier_block wts_module_notifier = { .notifier_call = wts_module_event };

/* At load.  Undone by wts_claim_exit(). */
static int wts_claim_init(void)
{
	return register_module_notifier(&wts_module_notifier);
}

static void wts_claim_exit(void)
{
	unregister_module_notifier(&wts_module_notifier);
}
