/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arbiter once more: who asked for what, and what the policy made of it,
 * known from the record's requests alone.  Of the snapshots it is told nothing.
 */
#ifndef MODEL_H
#define MODEL_H

#include "line.h"

struct actor {
	struct wts_policy_claim place;	/* first: a place is an actor */
	unsigned long long id;
	bool asked;			/* of the batch under way */
	bool waited;			/* and before */
};

struct model {
	struct actor actors[CLAIMS];	/* whoever was ever heard of */
	unsigned int n;
	unsigned long usable;
	unsigned long long seniority;	/* the last one given */
	unsigned long long refused;	/* claim that the last line's ask was refused; 0: none */
	struct wts_policy_claim *standing[CLAIMS];
	unsigned int nstanding;
	unsigned long granted, turned_down, stolen, got;	/* what was seen */
};

static bool takes_part(const struct wts_policy_claim *place)
{
	return place->asks || place->waits || place->holds;
}

static bool same_piece(const struct wts_piece *a, const struct wts_piece *b)
{
	return a->address == b->address && a->length == b->length && a->access == b->access;
}

/* Those who take part, strongest first; not by the policy's own yardstick. */
static void line_up(struct model *m)
{
	unsigned int i, j;

	m->nstanding = 0;
	for (i = 0; i < m->n; i++) {
		struct wts_policy_claim *place = &m->actors[i].place;

		if (!takes_part(place))
			continue;
		for (j = m->nstanding++; j; j--) {
			const struct wts_policy_claim *before = m->standing[j - 1];

			if (before->priority > place->priority ||
			    (before->priority == place->priority &&
			     before->seniority < place->seniority))
				break;
			m->standing[j] = m->standing[j - 1];
		}
		m->standing[j] = place;
	}
}

static unsigned long held(const struct model *m)
{
	unsigned long slots = 0;
	unsigned int i, k;

	for (i = 0; i < m->n; i++)
		for (k = 0; m->actors[i].place.holds && k < m->actors[i].place.pieces; k++)
			slots |= 1ul << m->actors[i].place.slot[k];
	return slots;
}

/* The second half of a decision. */
static void settle(struct model *m)
{
	unsigned int i;

	wts_policy_settle(m->standing, m->nstanding, m->usable);
	for (i = 0; i < m->nstanding; i++) {
		m->stolen += m->standing[i]->loses && m->standing[i]->taker;
		m->got += m->standing[i]->gains;
	}
}

/* The decision after a change. */
static void settle_change(struct model *m)
{
	line_up(m);
	wts_policy_begin(m->standing, m->nstanding);
	settle(m);
}

/* The actor of a request.  NULL: there are too many. */
static struct actor *find_actor(struct model *m, const struct row *request)
{
	struct actor *actor;
	unsigned int i;

	for (i = 0; i < m->n; i++)
		if (m->actors[i].id == request->id)
			return &m->actors[i];
	if (m->n == CLAIMS)
		return NULL;
	actor = &m->actors[m->n++];
	memset(actor, 0, sizeof(*actor));
	actor->id = request->id;
	actor->place.priority = request->priority;
	return actor;
}

/*
 * What a request says of the claim: what is wrong with it, or NULL.  Who is
 * idle may have been aimed elsewhere, but not since it was put to the policy.
 */
static const char *take_request(struct model *m, enum operation operation,
				const struct row *request, bool asked, struct actor **ret)
{
	struct wts_policy_claim *place;
	bool aimed;
	unsigned int k;

	*ret = find_actor(m, request);
	if (!*ret)
		return "more claims than the replay has room for";
	place = &(*ret)->place;
	if (operation == PRIORITY)
		place->priority = request->priority;
	if (place->priority != request->priority)
		return "the claim has a priority that it was not given";
	aimed = place->pieces != request->pieces;
	for (k = 0; k < request->pieces; k++) {
		aimed |= !same_piece(&place->piece[k], &request->piece[k]);
		place->piece[k] = request->piece[k];
	}
	if (aimed && (asked || takes_part(place)))
		return "a claim that is not idle was aimed elsewhere";
	place->pieces = request->pieces;
	return NULL;
}

/* The policy's answer to a batch: 0, or what is missing. */
static const char *ask(struct model *m, const struct line *line, int *answer)
{
	struct actor *actor;
	const char *wrong;
	unsigned int i;

	for (i = 0; i < m->n; i++)
		m->actors[i].asked = false;
	for (i = 0; i < line->nrequests; i++) {
		wrong = take_request(m, ASK, &line->requests[i], false, &actor);
		if (wrong)
			return wrong;
		if (!actor->place.pieces)
			return "a claim that is aimed at nothing was put to the policy";
		if (actor->place.holds || actor->place.asks)
			continue;
		actor->asked = true;
		actor->waited = actor->place.waits;
		if (!actor->waited)
			actor->place.seniority = ++m->seniority;
		actor->place.waits = false;
		actor->place.asks = true;
	}
	line_up(m);
	wts_policy_begin(m->standing, m->nstanding);
	*answer = wts_policy_grant(m->standing, m->nstanding, m->usable);
	if (!*answer) {
		settle(m);
		m->granted++;
		return NULL;
	}
	m->turned_down++;
	for (i = 0; i < m->n; i++) {
		actor = &m->actors[i];
		if (!actor->asked)
			continue;
		actor->place.asks = false;
		actor->place.waits = actor->waited;
		if (line->nrequests == 1)
			m->refused = actor->id;
	}
	return NULL;
}

/*
 * What enable has made of the answer to its ask.  The arbiter puts no claim to
 * the policy where registers do not fire, or that perf has not been asked about
 * yet: a record of that is none of the policy's.
 */
static const char *enable(struct actor *actor, bool later, bool asked, int *answer)
{
	struct wts_policy_claim *place = &actor->place;

	*answer = place->holds;
	if (place->holds || (later && place->waits && !asked))
		return NULL;
	if (!asked)
		return "an enable that was not put to the policy";
	place->waits |= later;
	return NULL;
}

/* Whoever is in one of these registers waits. */
static void lose(struct model *m, unsigned long slots)
{
	unsigned int i, k;

	for (i = 0; i < m->n; i++) {
		struct wts_policy_claim *place = &m->actors[i].place;

		for (k = 0; place->holds && k < place->pieces; k++)
			if (slots >> place->slot[k] & 1) {
				place->holds = false;
				place->waits = true;
			}
	}
}

/* An operation that is of one claim. */
static const char *apply_one(struct model *m, const struct line *line, bool asked, int *answer)
{
	struct actor *actor;
	const char *wrong;
	bool held_any;

	if (line->nrequests != 1)
		return "not the request of one claim";
	wrong = take_request(m, line->operation, line->requests, asked, &actor);
	if (wrong)
		return wrong;
	if (line->operation == PRIORITY) {
		if (takes_part(&actor->place))
			settle_change(m);
	} else if (line->operation == DISABLE) {
		*answer = takes_part(&actor->place);
		held_any = actor->place.holds;
		actor->place.holds = actor->place.waits = false;
		if (held_any)
			settle_change(m);
	} else {
		wrong = enable(actor, line->operation == LATER, asked, answer);
	}
	return wrong;
}

/*
 * Applies a line's operation; *answer is what it must have answered.  Returns
 * what cannot be, or NULL.
 */
static const char *apply(struct model *m, const struct line *line, int *answer)
{
	const unsigned long gone = m->usable & ~line->usable;
	const bool asked = line->nrequests == 1 && m->refused == line->requests[0].id;
	const bool settles = line->operation == SETTLE || line->operation == LOSE;
	const char *wrong = NULL;
	unsigned int i;

	*answer = 0;
	m->refused = 0;
	if (!settles && line->usable & ~m->usable)
		return "a register came and nobody was asked who wants it";
	if (!settles && gone & held(m))
		return "a register went that somebody holds";
	m->usable = line->usable;

	switch (line->operation) {
	case ASK:
		wrong = ask(m, line, answer);
		break;
	case SETTLE:
	case LOSE:
		if (line->nrequests)
			return "a request where there is none";
		if (line->operation == LOSE)
			lose(m, gone);
		settle_change(m);
		break;
	case CLEAR:
		for (i = 0; i < m->n; i++)
			m->actors[i].place.holds = m->actors[i].place.waits = false;
		break;
	default:
		wrong = apply_one(m, line, asked, answer);
	}
	line_up(m);
	return wrong;
}

#endif
