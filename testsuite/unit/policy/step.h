/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One operation, as the arbiter runs it: the change, then the decision, and
 * everything that the oracle has to say about it.
 */
#ifndef STEP_H
#define STEP_H

#include "oracle.h"

/* What the policy says of a state without deciding. */
static void check_state(struct world *now)
{
	const struct wts_policy_claim *const before = now->claims;
	struct wts_policy_claim *line[CLAIMS];
	const unsigned int n = line_up(now, line);
	uint64_t wanted = 0;
	unsigned int i, demand;

	for (i = 0; i < n; i++)
		wanted |= now->ids[line[i] - now->claims];
	for (i = 1; i < n; i++)
		MUST(wts_policy_stronger(line[i - 1], line[i]) &&
		     !wts_policy_stronger(line[i], line[i - 1]), "the wrong order");
	demand = count(wanted);
	if (demand > WTS_POLICY_REGISTERS)
		demand = WTS_POLICY_REGISTERS + 1;
	MUST(wts_policy_demand(line, n) == demand, "the wrong demand");
}

/*
 * Decides.  waited: who of those that ask was in waiting; later: all wait if
 * refused.  Returns whether a batch was granted.
 */
static bool decide(struct world *now, uint64_t waited, bool later)
{
	struct wts_policy_claim *line[CLAIMS], before[CLAIMS], start[CLAIMS];
	const struct wts_policy_claim *last = start;
	const size_t size = now->n * sizeof(*before);
	unsigned int i, n, missing = 0;
	uint64_t batch = 0;

	n = line_up(now, line);
	wts_policy_begin(line, n);
	for (i = 0; i < now->n; i++)
		batch |= (uint64_t)now->claims[i].asks << i;
	memcpy(start, now->claims, size);
	if (batch) {
		missing = wts_policy_grant(line, n, now->usable);
		check_grant(now, start, missing);
		if (missing) {
			refuse(now, waited, later);
			if (!later && now->settled)
				return false;
			n = line_up(now, line);
		}
		last = memcpy(before, now->claims, size);
	}
	wts_policy_settle(line, n, now->usable);
	check_settle(now, last);
	check_decision(now, start, batch, !missing);
	now->settled = true;
	return batch && !missing;
}

/* Returns whether a batch was granted. */
static bool run(struct world *now, const struct op *op)
{
	uint64_t waited = 0;
	bool granted = false;
	unsigned int i;

	FOR_EACH(i, op->claims) {
		struct wts_policy_claim *claim = &now->claims[i];
		const int priority = i == lowest(op->claims) ? op->priority : op->others;

		waited |= (uint64_t)claim->waits << i;
		if (op->kind == REMOVE)
			set_off(claim);
		else if (op->kind == PRIORITY)
			claim->priority = priority;
		else
			ask(now, i, priority);
	}
	if (op->kind == REGISTERS)
		now->usable = op->usable;

	if (op->unsettled)
		now->settled = false;
	else
		granted = decide(now, waited, op->kind == LATER);
	return granted;
}

#endif
