/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot is held against the model, and then, without it, against what must
 * hold of every snapshot.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "model.h"

#define MOST	(WTS_POLICY_REGISTERS + 1)

/* What differs between the model and the snapshot, or NULL. */
static const char *compare(const struct model *m, const struct line *line)
{
	unsigned int i, k;

	if (line->nstands != m->nstanding)
		return "another number of claims stands";
	for (i = 0; i < line->nstands; i++) {
		const struct actor *actor = (const struct actor *)m->standing[i];
		const struct wts_policy_claim *place = &actor->place;
		const struct row *row = &line->stands[i];

		if (row->id != actor->id)
			return "another claim stands there";
		if (row->priority != place->priority)
			return "another priority";
		if (row->seniority != place->seniority)
			return "another seniority";
		if (row->state != (place->holds ? 'h' : 'w'))
			return "another holds or waits";
		if (row->pieces != place->pieces)
			return "another number of pieces";
		for (k = 0; k < row->pieces; k++) {
			if (!same_piece(&row->piece[k], &place->piece[k]))
				return "another piece";
			if (row->slot[k] != (place->holds ? (int)place->slot[k] : -1))
				return "another register";
		}
	}
	return NULL;
}

/* Adds a row's pieces to a set of different ones; what is beyond MOST is not kept. */
static void add_pieces(const struct wts_piece **set, unsigned int *n, const struct row *row)
{
	unsigned int i, k;

	for (k = 0; k < row->pieces; k++) {
		for (i = 0; i < *n; i++)
			if (same_piece(set[i], &row->piece[k]))
				break;
		if (i == *n && *n < MOST)
			set[(*n)++] = &row->piece[k];
	}
}

/* Each register has one piece, each piece that is held one register. */
static const char *check_registers(const struct line *line)
{
	const struct wts_piece *in[WTS_POLICY_REGISTERS] = { NULL };
	unsigned int i, k, slot;

	for (i = 0; i < line->nstands; i++)
		for (k = 0; line->stands[i].state == 'h' && k < line->stands[i].pieces; k++) {
			const struct row *row = &line->stands[i];

			if (row->slot[k] < 0 || row->slot[k] >= WTS_POLICY_REGISTERS ||
			    !(line->usable >> row->slot[k] & 1))
				return "a register is held that may not be given out";
			if (in[row->slot[k]] && !same_piece(in[row->slot[k]], &row->piece[k]))
				return "a register is held for two different pieces";
			in[row->slot[k]] = &row->piece[k];
			for (slot = 0; slot < WTS_POLICY_REGISTERS; slot++)
				if ((int)slot != row->slot[k] && in[slot] &&
				    same_piece(in[slot], &row->piece[k]))
					return "equal pieces are held in two registers";
		}
	return NULL;
}

/*
 * Nobody waits who would fit beside those that are at least as strong: so no
 * stronger one waits for what strictly weaker ones hold, and none for what is
 * free.
 */
static const char *check_waiting(const struct line *line)
{
	unsigned int i, j;

	for (i = 0; i < line->nstands; i++) {
		const struct row *waits = &line->stands[i], *other;
		const struct wts_piece *set[MOST];
		unsigned int n = 0;

		if (waits->state != 'w')
			continue;
		for (j = 0; j < line->nstands; j++) {
			other = &line->stands[j];
			if (other->state == 'h' && other->priority >= waits->priority)
				add_pieces(set, &n, other);
		}
		add_pieces(set, &n, waits);
		if (n <= (unsigned int)__builtin_popcountl(line->usable))
			return "a claim waits that could have been granted";
	}
	return NULL;
}

static const char *check_order(const struct line *line)
{
	unsigned int i;

	for (i = 0; i < line->nstands; i++) {
		const struct row *row = &line->stands[i];

		if (row->state != 'h' && row->state != 'w')
			return "a claim neither holds nor waits, or has not what it holds";
		if (i && (row[-1].priority < row->priority ||
			  (row[-1].priority == row->priority &&
			   row[-1].seniority >= row->seniority)))
			return "a stronger claim stands behind a weaker one";
	}
	return NULL;
}

/* What the snapshot says that must not be, or NULL. */
static const char *check(const struct line *line)
{
	const char *wrong = check_order(line);

	wrong = wrong ?: check_registers(line);
	return wrong ?: check_waiting(line);
}

#endif
