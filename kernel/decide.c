// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is asked for is put to the policy, and what the policy decides is done
 * to the claims: gates shut, notes written, a new plan called for.  Everything
 * here runs under wts_lock, in any context, and allocates nothing.
 *
 * Whether a claim takes part is whether it stands in wts_standing; holds and
 * waits in its place are the policy's, has and arms what was made of them.
 */
#include "slots.h"

#include <linux/jiffies.h>

static struct wts_policy_claim *wts_standing[WTS_MAX_STANDING];	/* (L) strongest first */
static unsigned int wts_nstanding;	/* (L) */
static LIST_HEAD(wts_leaving);		/* (L) claims that a plan is to leave out */
static bool wts_dirty;			/* (L) the plan says other than has and arms */
static bool wts_busy;			/* (L) a plan is on its way, or its gates open */
static bool wts_plans_held;		/* (L) none is made: a parked register is in use (check.c) */
static u64 wts_finished = 1;		/* (L) generation of the last plan that is through */
static bool wts_all_fire = true;	/* (L) no CPU's registers were seen not to */
static unsigned int wts_outside;	/* (L) registers that perf refused at the last try */
static unsigned int wts_ndynamic;	/* (L) claims that may be enabled from a handler */
static unsigned int wts_nunchecked;	/* (L) claims that wait until perf can be asked */
static unsigned long wts_hold_off = INITIAL_JIFFIES;	/* until then nothing is taken unasked */
static unsigned int wts_held_off;	/* but for who has come since: demand above that */
static unsigned int wts_limit = WTS_ARCH_REGISTERS;	/* the administrator's (reserve.c) */

static int wts_decide_disable(struct wts_claim *claim);
static void wts_record(const char *operation, struct wts_claim *const *claims, unsigned int n,
		       int answer);
static void wts_wait_unchecked(struct wts_claim *claim, bool waits);

static struct wts_claim *wts_claim_of(const struct wts_policy_claim *place)
{
	return container_of(place, struct wts_claim, place);
}

static bool wts_stands(const struct wts_claim *claim)
{
	return claim->place.holds || claim->place.waits || claim->place.asks;
}

/* False: there is no room. */
static bool wts_stand(struct wts_claim *claim)
{
	unsigned int i;

	if (wts_nstanding == WTS_MAX_STANDING)
		return false;
	for (i = wts_nstanding; i && wts_policy_stronger(&claim->place, wts_standing[i - 1]); i--)
		wts_standing[i] = wts_standing[i - 1];
	wts_standing[i] = &claim->place;
	wts_nstanding++;
	return true;
}

static void wts_unstand(struct wts_claim *claim)
{
	unsigned int i, kept = 0;

	for (i = 0; i < wts_nstanding; i++)
		if (wts_standing[i] != &claim->place)
			wts_standing[kept++] = wts_standing[i];
	wts_nstanding = kept;
}

/* The registers that a claim occupies, as a bit set. */
static unsigned long wts_claim_slots(const struct wts_claim *claim)
{
	unsigned long slots = 0;
	unsigned int k;

	for (k = 0; claim->place.holds && k < claim->place.pieces; k++)
		slots |= BIT(claim->place.slot[k]);
	return slots;
}

/* The registers that somebody holds. */
static unsigned long wts_held(void)
{
	unsigned long slots = 0;
	unsigned int i;

	lockdep_assert_held(&wts_lock);
	for (i = 0; i < wts_nstanding; i++)
		slots |= wts_claim_slots(wts_claim_of(wts_standing[i]));
	return slots;
}

/* Registers that everyone who stands would use. */
static unsigned int wts_demand(void)
{
	lockdep_assert_held(&wts_lock);
	return wts_policy_demand(wts_standing, wts_nstanding);
}

/* The strongest who holds a register, or NULL. */
static struct wts_claim *wts_holder(unsigned int slot)
{
	unsigned int i;

	for (i = 0; i < wts_nstanding; i++)
		if (wts_claim_slots(wts_claim_of(wts_standing[i])) & BIT(slot))
			return wts_claim_of(wts_standing[i]);
	return NULL;
}

/*
 * The end of a hold.  Whatever the gate was it is shut now, and where a plan
 * has the claim the next one leaves it out.
 */
static void wts_release(struct wts_claim *claim, enum wts_cause cause, int error,
			const char *reason)
{
	const u64 generation = claim->open ? wts_generation + 1 : 0;

	lockdep_assert_held(&wts_lock);
	atomic64_xchg(&claim->gate, 0);
	if (generation) {
		if (!claim->leaves)
			list_add_tail(&claim->leaving, &wts_leaving);
		claim->leaves = generation;
		wts_dirty = true;
	}

	if (claim->told_open) {
		wts_note_disarmed(claim, cause, error, reason, generation);
	} else if (cause == WTS_CAUSE_DISABLED) {
		wts_note_in_vain(claim, reason, generation);
	} else {
		wts_note_unavailable(claim, cause, error, reason);
	}
	claim->lost_to_perf |= cause == WTS_CAUSE_PERF;
	claim->has = claim->arms = claim->told_open = false;
	claim->open = 0;
	claim->since = ktime_get_mono_fast_ns();
}

/* Has perf nothing against the address? */
static bool wts_is_checked(const struct wts_claim *claim)
{
	return wts_arch_knows_all_forbidden() || READ_ONCE(claim->checked);
}

/* The beginning of a hold. */
static void wts_hold(struct wts_claim *claim)
{
	claim->has = true;
	claim->arms = claim->wants_arms && wts_is_checked(claim);
	claim->open = 0;
	atomic64_set(&claim->gate, WTS_GATE_GRANTED);
	wts_dirty |= claim->arms;
}

/* Does what the policy has decided; cause and reason are for who lost to nobody. */
static void wts_act(enum wts_cause cause, int error, const char *reason)
{
	char stolen[WTS_NAME_LEN + 64];
	unsigned int i;

	for (i = 0; i < wts_nstanding; i++) {
		struct wts_claim *claim = wts_claim_of(wts_standing[i]);
		const struct wts_policy_claim *taker = claim->place.taker;

		if (!claim->place.loses || !claim->has)
			continue;
		if (!taker) {
			wts_release(claim, cause, error, reason);
			continue;
		}
		snprintf(stolen, sizeof(stolen), "stolen by \"%s\" (priority %d)",
			 wts_claim_of(taker)->client, taker->priority);
		claim->stolen++;
		claim->wants_arms = !claim->only_granted;
		wts_release(claim, WTS_CAUSE_STOLEN, -ENOSPC, stolen);
	}
	for (i = 0; i < wts_nstanding; i++) {
		struct wts_claim *claim = wts_claim_of(wts_standing[i]);

		if (!claim->place.gains || !claim->place.holds)
			continue;
		/* one that only moves keeps its gate open, if that leaves no gap */
		if (claim->has && wts_mechanism == WTS_RETARGET) {
			wts_dirty |= claim->arms;
			continue;
		}
		if (claim->has) {
			claim->wants_arms = claim->arms;
			wts_release(claim, cause, error, reason);
		}
		wts_hold(claim);
	}
}

/* Brings everyone in line after a change, of which there is a record of its own. */
static void wts_settle_change(enum wts_cause cause, int error, const char *reason)
{
	lockdep_assert_held(&wts_lock);
	wts_policy_begin(wts_standing, wts_nstanding);
	wts_policy_settle(wts_standing, wts_nstanding, wts_usable);
	wts_act(cause, error, reason);
}

/* The same when registers have come or gone. */
static void wts_settle(enum wts_cause cause, int error, const char *reason)
{
	wts_settle_change(cause, error, reason);
	wts_record("settle", NULL, 0, 0);
}

/* perf has put these registers out of action: who is in one loses it, whoever it is. */
static void wts_lose_registers(unsigned long slots)
{
	const char *reason = "perf has put its register out of action";
	unsigned int i;

	lockdep_assert_held(&wts_lock);
	wts_usable &= ~slots;
	for (i = 0; i < wts_nstanding; i++) {
		struct wts_claim *claim = wts_claim_of(wts_standing[i]);

		if (!(wts_claim_slots(claim) & slots))
			continue;
		claim->place.holds = false;
		claim->place.waits = true;
		claim->wants_arms = !claim->only_granted;
		wts_release(claim, WTS_CAUSE_PERF, -EIO, reason);
	}
	/* and will do it again, for all that we know */
	WRITE_ONCE(wts_held_off, UINT_MAX);
	WRITE_ONCE(wts_hold_off, jiffies + HZ);
	wts_settle_change(WTS_CAUSE_PERF, -EIO, reason);
	wts_record("lose", NULL, 0, 0);
}

/* Nobody can be served here: everyone is off. */
static void wts_lose_all(enum wts_cause cause, int error, const char *reason)
{
	struct wts_claim *claim;

	lockdep_assert_held(&wts_lock);
	while (wts_nstanding) {
		claim = wts_claim_of(wts_standing[wts_nstanding - 1]);
		wts_unstand(claim);
		claim->place.holds = claim->place.waits = claim->only_granted = false;
		if (claim->has)
			wts_release(claim, cause, error, reason);
		else
			wts_note_unavailable(claim, cause, error, reason);
	}
	list_for_each_entry(claim, &wts_claims, link)
		if (claim->waits_unchecked) {
			claim->only_granted = false;
			wts_wait_unchecked(claim, false);
			wts_note_unavailable(claim, cause, error, reason);
		}
	wts_record("clear", NULL, 0, 0);
}

/* Who has the registers, for a reason that ends ": ...". */
static void wts_describe_holders(char *text, size_t size)
{
	unsigned int slot, other, count, reserved, kept;
	const struct wts_claim *holder, *same;
	size_t used = 0;

	*text = 0;
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++) {
		holder = wts_holder(slot);
		if (!holder)
			continue;
		for (other = 0, count = 0; other < WTS_ARCH_REGISTERS; other++) {
			same = wts_holder(other);
			if (!same || strcmp(same->client, holder->client))
				continue;
			if (other < slot)
				break;		/* counted there */
			count++;
		}
		if (other == WTS_ARCH_REGISTERS)
			used += scnprintf(text + used, size - used, "%s%u held by \"%s\"",
					  used ? ", " : ": ", count, holder->client);
	}
	if (wts_outside)
		used += scnprintf(text + used, size - used, "%s%u outside watchtap",
				  used ? ", " : ": ", wts_outside);
	kept = WTS_ARCH_REGISTERS - READ_ONCE(wts_limit);
	reserved = hweight_long(wts_usable) + wts_outside;
	if (reserved + kept < WTS_ARCH_REGISTERS)
		used += scnprintf(text + used, size - used, "%s%u not reserved by watchtap",
				  used ? ", " : ": ", WTS_ARCH_REGISTERS - reserved - kept);
	if (kept && !wts_outside)
		scnprintf(text + used, size - used, "%s%u kept back by the administrator's limit",
			  used ? ", " : ": ", kept);
}

/* Refuses for want of registers: need together, missing of them. */
static int wts_refuse_space(struct wts_reason *why, unsigned int need, unsigned int missing)
{
	const unsigned int left = need - min(need, missing);
	char who[WTS_REASON_LEN - 64];

	lockdep_assert_held(&wts_lock);
	if (need > WTS_ARCH_REGISTERS)
		return wts_refuse(why, WTS_CAUSE_TAKEN, -ENOSPC,
				  "%u registers are needed at once and a CPU has %u", need,
				  WTS_ARCH_REGISTERS);
	wts_describe_holders(who, sizeof(who));
	if (!left)
		return wts_refuse(why, WTS_CAUSE_TAKEN, -ENOSPC, "no free register%s", who);
	return wts_refuse(why, WTS_CAUSE_TAKEN, -ENOSPC, "%u registers are needed and %u %s free%s",
			  need, left, left == 1 ? "is" : "are", who);
}

static int wts_refuse_traps(struct wts_reason *why)
{
	return wts_refuse(why, WTS_CAUSE_NO_TRAP, -ENODEV,
			  "this machine's debug registers do not fire");
}

static int wts_refuse_unaimed(struct wts_reason *why)
{
	return wts_refuse(why, WTS_CAUSE_ADDRESS, -EINVAL, "it has not been aimed at anything");
}

/*
 * Puts a batch to the policy: those that neither hold nor ask yet.  0, or
 * -ENOSPC and nothing has changed.
 */
static int wts_decide_batch(struct wts_claim **claims, unsigned int n, bool arms,
			    struct wts_reason *why)
{
	static u64 seniority;
	unsigned int i, missing = 0, need = 0;
	int error = 0;

	lockdep_assert_held(&wts_lock);
	/*
	 * Shut already by someone who is on his way to this lock.  Before anyone
	 * asks: who asks is passed over when the registers are given to who waits.
	 */
	for (i = 0; i < n; i++)
		if (claims[i]->has && !atomic64_read(&claims[i]->gate))
			wts_decide_disable(claims[i]);
	for (i = 0; i < n && !error; i++) {
		struct wts_claim *claim = claims[i];

		if (claim->has || claim->place.asks)
			continue;
		claim->was_waiting = claim->place.waits;
		claim->was_unchecked = claim->waits_unchecked;
		if (!claim->place.waits) {
			claim->place.seniority = ++seniority;
			if (!wts_stand(claim))
				error = wts_refuse(why, WTS_CAUSE_TAKEN, -ENOSPC,
						   "%u claims are enabled or waiting, and more cannot be",
						   WTS_MAX_STANDING);
			else if (claim->waits_unchecked)
				wts_wait_unchecked(claim, false);
		}
		claim->place.waits = false;
		claim->place.asks = !error;
		need += claim->place.pieces;
	}
	if (!error) {
		wts_policy_begin(wts_standing, wts_nstanding);
		missing = wts_policy_grant(wts_standing, wts_nstanding, wts_usable);
		if (missing)
			error = wts_refuse_space(why, need, missing);
	}

	for (i = 0; i < n; i++) {
		struct wts_claim *claim = claims[i];

		if (!error && claim->place.gains)
			claim->wants_arms = arms;
		if (!error || !claim->place.asks)
			continue;
		claim->place.asks = false;
		claim->place.waits = claim->was_waiting;
		if (!claim->was_waiting)
			wts_unstand(claim);
		if (claim->was_unchecked)
			wts_wait_unchecked(claim, true);
	}
	if (!error) {
		wts_policy_settle(wts_standing, wts_nstanding, wts_usable);
		wts_act(WTS_CAUSE_NONE, 0, "");
	}
	wts_record("ask", claims, n, error && !missing ? -1 : missing);
	return error;
}

static void wts_wait_unchecked(struct wts_claim *claim, bool waits)
{
	wts_nunchecked += waits - claim->waits_unchecked;
	claim->waits_unchecked = waits;
	claim->since = ktime_get_mono_fast_ns();
}

/* Whether a claim that holds or waits is to be armed, or its client will see to that. */
static void wts_want_arms(struct wts_claim *claim, bool arms)
{
	claim->wants_arms = arms;
	claim->only_granted = !arms;
}

static int wts_try_enable(struct wts_claim *claim, unsigned int flags,
			  struct wts_reason *why)
{
	bool arms = !(flags & WTS_GRANT), may_wait = flags & WTS_LATER, waits;
	struct wts_reason mine;
	int error;

	lockdep_assert_held(&wts_lock);
	if (claim->has && !atomic64_read(&claim->gate))
		wts_decide_disable(claim);
	if (claim->dying)
		return 0;
	if (claim->has) {
		if (!arms)
			return 1;
		wts_want_arms(claim, true);
		if (wts_is_checked(claim)) {
			wts_dirty |= !claim->arms;
			claim->arms = true;
		}
		return 1;
	}
	waits = claim->place.waits || claim->waits_unchecked;
	if (waits) {
		/* WTS_GRANT takes nothing back */
		arms |= claim->wants_arms;
		wts_want_arms(claim, arms);
		if (may_wait)
			return 0;
	}

	mine.size = sizeof(mine);
	mine.text[0] = 0;
	if (!claim->place.pieces) {
		error = wts_refuse_unaimed(&mine);
		may_wait = false;
	} else if (!wts_all_fire) {
		error = wts_refuse_traps(&mine);
		may_wait = false;
	} else if (!wts_arch_knows_all_forbidden() && !READ_ONCE(claim->checked)) {
		/* there was no register to ask perf with whether it may be watched */
		error = wts_refuse_space(&mine, claim->place.pieces, claim->place.pieces);
		if (may_wait) {
			wts_wait_unchecked(claim, true);
			wts_want_arms(claim, arms);
		}
		may_wait = false;
	} else {
		error = wts_decide_batch(&claim, 1, arms, &mine);
		if (!error) {
			claim->only_granted = !arms;
			return 1;
		}
	}

	if (may_wait) {
		claim->place.waits = true;
		wts_want_arms(claim, arms);
		claim->since = ktime_get_mono_fast_ns();
		if (!wts_stand(claim))
			claim->place.waits = claim->only_granted = false;
	}
	if (why)
		wts_refuse(why, mine.cause, error, "%s", mine.text);
	if (!(flags & WTS_QUIET))
		wts_note_unavailable(claim, mine.cause, error, mine.text);
	return 0;
}

/* The decision behind wts_claim_enable(). */
static int wts_decide_enable(struct wts_claim *claim, unsigned int flags,
			     struct wts_reason *why)
{
	const int granted = wts_try_enable(claim, flags, why);

	wts_record(flags & WTS_LATER ? "later" : "enable", &claim, 1, granted);
	return granted;
}

/* Ends waiting or holding; what comes free goes to who waits.  1, or 0 if it was off. */
static int wts_decide_disable(struct wts_claim *claim)
{
	const bool stood = wts_stands(claim);

	lockdep_assert_held(&wts_lock);
	claim->only_granted = false;
	if (claim->waits_unchecked) {
		wts_wait_unchecked(claim, false);
		return 1;
	}
	wts_unstand(claim);
	claim->place.holds = claim->place.waits = false;
	if (claim->has) {
		wts_release(claim, WTS_CAUSE_DISABLED, 0, READ_ONCE(claim->reason));
		wts_settle_change(WTS_CAUSE_NONE, 0, "");
	}
	wts_record("disable", &claim, 1, stood);
	return stood;
}

static void wts_apply_priority(struct wts_claim *claim, s32 priority)
{
	const bool stands = wts_stands(claim);

	lockdep_assert_held(&wts_lock);
	if (stands)
		wts_unstand(claim);
	claim->place.priority = priority;
	if (stands) {
		wts_stand(claim);
		wts_settle_change(WTS_CAUSE_NONE, 0, "");
	}
	wts_record("priority", &claim, 1, 0);
}

/* What was asked for by someone who could not have the lock. */
static void wts_grant_wish(struct wts_claim *claim, unsigned int wish)
{
	if (wish & WTS_WISH_DISABLE)
		wts_decide_disable(claim);
	if (wish & WTS_WISH_LATER)
		wts_decide_enable(claim, wish & WTS_WISH_GRANT ? WTS_LATER | WTS_GRANT : WTS_LATER,
				  NULL);
}
