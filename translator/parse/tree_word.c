/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Constructors of the tree: the @words, whose arguments are checked here. */
#include "parse/tree_internal.h"

#include "diag.h"

#define MAX_VARIANCE_SHIFT	62

static const struct at_arity {
	const char *text;
	unsigned least, most;
} at_words[] = {
#define X(name, text, least, most) { text, least, most },
	AT_WORDS(X)
#undef X
};

const char *at_word_text(enum at_word word)
{
	return at_words[word].text;
}

static unsigned length_of(const struct expr *list)
{
	unsigned n = 0;

	for (; list; list = list->next)
		n++;
	return n;
}

static bool check_arity(struct session *session, const struct loc *loc, const char *name, unsigned least,
			unsigned most, const struct expr *args)
{
	unsigned n = length_of(args), wanted = n < least ? least : most;

	if (n >= least && n <= most)
		return true;
	diag(session, loc, DIAG_ARITY, name, wanted, wanted == 1 ? "" : "s", n);
	return false;
}

struct expr *expr_stat(struct session *session, struct loc loc, enum stat_op op, struct expr *args)
{
	struct expr *e = expr_new(session, loc, EXPR_STAT, deepest(args));

	check_arity(session, &loc, stat_op_text(op), 1, op == STAT_VARIANCE ? 2 : 1, args);
	e->stat.op = op;
	e->stat.operand = args;
	e->stat.shift = args->next;
	args->next = NULL;
	if (e->stat.shift && (e->stat.shift->kind != EXPR_NUMBER || e->stat.shift->number < 0 ||
			      e->stat.shift->number > MAX_VARIANCE_SHIFT))
		diag(session, &e->stat.shift->loc, DIAG_VARIANCE_SHIFT, MAX_VARIANCE_SHIFT);
	return e;
}

/* The bounds of a linear histogram. */
static void check_shape(struct session *session, const struct expr *args, struct histogram *ret)
{
	int64_t *const at[] = { &ret->low, &ret->high, &ret->width };
	const struct loc *loc = &args->loc;

	for (int i = 0; args; args = args->next, i++) {
		if (args->kind != EXPR_NUMBER) {
			diag(session, &args->loc, DIAG_HISTOGRAM, "its bounds and its width are plain numbers");
			return;
		}
		*at[i] = args->number;
	}
	if (ret->width <= 0)
		diag(session, loc, DIAG_HISTOGRAM, "the width of its buckets is above zero");
	else if (ret->high <= ret->low)
		diag(session, loc, DIAG_HISTOGRAM, "its upper bound is above its lower one");
}

struct expr *expr_hist(struct session *session, struct loc loc, enum hist_kind kind, struct expr *args)
{
	struct expr *e = expr_new(session, loc, EXPR_HIST, deepest(args)), *bounds = args->next;
	bool linear = kind == HIST_LINEAR;

	for (struct expr *arg = bounds; arg; arg = arg->next)
		fold_minus(arg);
	args->next = NULL;
	e->hist.operand = args;
	e->hist.shape.kind = kind;
	if (check_arity(session, &loc, linear ? "@hist_linear" : "@hist_log", linear ? 3 : 0, linear ? 3 : 0, bounds) &&
	    linear)
		check_shape(session, bounds, &e->hist.shape);
	return e;
}

struct expr *expr_at(struct session *session, struct loc loc, enum at_word word, struct expr *args)
{
	struct expr *e = expr_new(session, loc, EXPR_AT, deepest(args));
	const struct at_arity *arity = &at_words[word];
	bool first_is_text = word == WORD_VAR || word == WORD_CONST || word == WORD_PERF;

	if (check_arity(session, &loc, arity->text, arity->least, arity->most, args))
		for (struct expr *arg = first_is_text ? args : args->next; arg; arg = arg->next)
			if (arg->kind != EXPR_STRING)
				diag(session, &arg->loc, DIAG_TEXT_WANTED, arity->text);
	e->at.word = word;
	e->at.args = args;
	return e;
}
