/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The condition of %( CONDITION %? ... %): comparisons, joined by && and ||, of
 * which && binds stronger. All of it is checked, also where the first half has
 * decided. A comparison is that of two literals, or of one of the names in the
 * table with a literal.
 */
#include "diag.h"
#include "parse/grammar.h"
#include "parse/preprocess.h"

#include <fnmatch.h>
#include <string.h>
#include <sys/utsname.h>

/* The SystemTap whose language this is: what systemtap_v answers. */
#define SYSTEMTAP_VERSION	"4.8"

static const char *kernel_version(struct session *session)
{
	const char *release = kernel_release(session);

	return session_strndup(session, release, strcspn(release, "-"));
}

static const char *arch(struct session *session)
{
	struct utsname uts;

	uname(&uts);
	return uts.machine[0] == 'i' && !strcmp(uts.machine + 2, "86") ? "i386" : session_strdup(session, uts.machine);
}

static const char *systemtap_version(struct session *session)
{
	(void)session;
	return SYSTEMTAP_VERSION;
}

static const char *privilege(struct session *session)
{
	(void)session;
	return "stapdev";
}

static const char *runtime(struct session *session)
{
	(void)session;
	return "kernel";
}

static const char *guru_mode(struct session *session)
{
	return session->options.guru ? "1" : "0";
}

/* How the two sides are compared; for a name, also what stands on the right. */
enum order { ORDER_VERSION, ORDER_MATCH, ORDER_TEXT, ORDER_NUMBER, ORDER_FLAG, ORDER_CONFIG };

static const struct fact {
	const char *name;
	enum order order;
	const char *(*value)(struct session *session);
} facts[] = {
	{ "kernel_v",		ORDER_VERSION,	kernel_version },
	{ "kernel_vr",		ORDER_VERSION,	kernel_release },
	{ "arch",		ORDER_MATCH,	arch },
	{ "systemtap_v",	ORDER_VERSION,	systemtap_version },
	{ "systemtap_privilege", ORDER_MATCH,	privilege },
	{ "runtime",		ORDER_MATCH,	runtime },
	{ "guru_mode",		ORDER_FLAG,	guru_mode },
};

#define FACTS (sizeof(facts) / sizeof(facts[0]))

/* The left side. */
struct side {
	enum order order;
	const char *text;		/* ORDER_NUMBER: NULL */
	int64_t number;
};

static const char *next_fact(void *data)
{
	size_t *i = data;

	return *i < FACTS ? facts[(*i)++].name : NULL;
}

static int unexpected(struct preprocess *pp, const struct token *token, const char *wanted)
{
	struct session *session = pp->session;

	if (token->kind == T_BAD || session->too_deep)
		return -1;
	diag(session, &token->loc, DIAG_CONDITION, wanted,
	     token->kind == T_EOF ? "the end of the file" : token->kind == T_STRING ? "a string" :
	     session_printf(session, "'%s'", token->text));
	return -1;
}

static const char *config_value(struct session *session, const struct token *token)
{
	const char *value = kernel_config(session, token->text);

	if (value)
		return value;
	diag(session, &token->loc, DIAG_KERNEL_CONFIG, kernel_release(session), token->text);
	return "";
}

static int read_name(struct preprocess *pp, const struct token *token, struct side *ret)
{
	struct session *session = pp->session;
	size_t i = 0;
	const char *near;

	for (i = 0; i < FACTS; i++) {
		if (strcmp(facts[i].name, token->text))
			continue;
		*ret = (struct side){ facts[i].order, facts[i].value(session), 0 };
		ret->number = facts[i].order == ORDER_FLAG && *ret->text == '1';
		return 0;
	}
	if (!strncmp(token->text, "CONFIG_", 7)) {
		*ret = (struct side){ ORDER_CONFIG, config_value(session, token), 0 };
		return 0;
	}
	unexpected(pp, token, "kernel_v, kernel_vr, arch, systemtap_v, systemtap_privilege, runtime, guru_mode, "
		   "CONFIG_NAME, a number or a string");
	i = 0;
	near = diag_nearest(token->text, next_fact, &i);
	if (near)
		diag_note(session, "did you mean '%s'?", near);
	return -1;
}

static int read_left(struct preprocess *pp, const struct token *token, struct side *ret)
{
	switch (token->kind) {
	case T_NUMBER:
		*ret = (struct side){ ORDER_NUMBER, NULL, token->number };
		return 0;
	case T_STRING:
		*ret = (struct side){ ORDER_TEXT, token->text, 0 };
		return 0;
	case T_LPAREN:
		unexpected(pp, token, "a comparison");
		diag_note(pp->session, "conditions take no parentheses; && binds stronger than ||");
		return -1;
	case T_IDENT:
		return read_name(pp, token, ret);
	default:
		return unexpected(pp, token, "a comparison");
	}
}

static bool is_comparison(int kind, enum order order)
{
	switch (kind) {
	case T_EQ:
	case T_NE:
		return true;
	case T_LT:
	case T_LE:
	case T_GT:
	case T_GE:
		return order != ORDER_MATCH && order != ORDER_FLAG;
	default:
		return false;
	}
}

/* What the operator makes of a difference: negative, 0 or positive. */
static bool holds(int op, int difference)
{
	switch (op) {
	case T_EQ:
		return !difference;
	case T_NE:
		return difference;
	case T_LT:
		return difference < 0;
	case T_LE:
		return difference <= 0;
	case T_GT:
		return difference > 0;
	default:
		return difference >= 0;
	}
}

static bool compare(const struct side *left, int op, const struct token *right)
{
	bool equality = op == T_EQ || op == T_NE;

	switch (left->order) {
	case ORDER_NUMBER:
	case ORDER_FLAG:
		return holds(op, (left->number > right->number) - (left->number < right->number));
	case ORDER_VERSION:
		if (equality && strpbrk(right->text, "*?["))
			return holds(op, fnmatch(right->text, left->text, FNM_NOESCAPE));
		return holds(op, strverscmp(left->text, right->text));
	case ORDER_MATCH:
		return holds(op, fnmatch(right->text, left->text, FNM_NOESCAPE));
	case ORDER_TEXT:
	case ORDER_CONFIG:
		break;
	}
	return holds(op, strcmp(left->text, right->text));
}

/*
 * An option of the kernel's with a string, which may have wildcards, with a
 * number, or with another option. An option that is no number counts as 0.
 */
static int compare_config(struct preprocess *pp, const struct side *left, int op, const struct token *right)
{
	struct session *session = pp->session;
	bool equality = op == T_EQ || op == T_NE;
	const char *text;
	int64_t a, b;

	if (right->kind == T_STRING && equality)
		return holds(op, fnmatch(right->text, left->text, FNM_NOESCAPE));
	if (right->kind == T_IDENT && !strncmp(right->text, "CONFIG_", 7)) {
		text = config_value(session, right);
		if (equality)
			return holds(op, strcmp(left->text, text));
		b = strtoll(text, NULL, 0);
	} else if (right->kind == T_NUMBER) {
		b = right->number;
	} else {
		return unexpected(pp, right, equality ? "a string, a number or CONFIG_NAME" : "a number or CONFIG_NAME");
	}
	a = strtoll(left->text, NULL, 0);
	return holds(op, (a > b) - (a < b));
}

/* 1, 0, or -1 after a diagnostic; `token` is the first of it, and then the one behind it. */
static int comparison(struct preprocess *pp, struct token *token)
{
	struct side left = { 0 };
	bool is_number;
	int op, ret;

	if (read_left(pp, token, &left))
		return -1;
	expand_next(pp, token);
	op = token->kind;
	if (!is_comparison(op, left.order))
		return unexpected(pp, token, left.order == ORDER_MATCH || left.order == ORDER_FLAG ?
				  "'==' or '!='" : "a comparison operator");
	expand_next(pp, token);
	if (left.order == ORDER_CONFIG) {
		ret = compare_config(pp, &left, op, token);
		expand_next(pp, token);
		return ret;
	}
	is_number = left.order == ORDER_NUMBER || left.order == ORDER_FLAG;
	if (token->kind != (is_number ? T_NUMBER : T_STRING))
		return unexpected(pp, token, is_number ? "a number" : "a string");
	ret = compare(&left, op, token);
	expand_next(pp, token);
	return ret;
}

static int conjunction(struct preprocess *pp, struct token *token)
{
	int ret = comparison(pp, token), more;

	while (ret >= 0 && token->kind == T_LOGAND) {
		expand_next(pp, token);
		more = comparison(pp, token);
		ret = more < 0 ? -1 : ret & more;
	}
	return ret;
}

int condition_read(struct preprocess *pp, struct token *ret_last)
{
	int ret, more;

	expand_next(pp, ret_last);
	ret = conjunction(pp, ret_last);
	while (ret >= 0 && ret_last->kind == T_LOGOR) {
		expand_next(pp, ret_last);
		more = conjunction(pp, ret_last);
		ret = more < 0 ? -1 : ret | more;
	}
	if (ret >= 0 && ret_last->kind != TOKEN_COND_THEN)
		return unexpected(pp, ret_last, "'%?'");
	return ret;
}
