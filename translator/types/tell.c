// SPDX-License-Identifier: GPL-2.0-or-later
/* Variables and functions, from the first reader that knows them. */
#include <fnmatch.h>
#include <search.h>
#include <string.h>

#include "reader.h"

bool type_name_is_pattern(const char *name)
{
	return strpbrk(name, "*?[\\") != NULL;
}

bool type_name_matches(const char *pattern, const char *name)
{
	return type_name_is_pattern(pattern) ? !fnmatch(pattern, name, 0) : !strcmp(pattern, name);
}

/* Who has told of a name first: what others tell of it then is left out. */
struct teller {
	const char *name;
	const struct type_reader *reader;
};

struct told {
	struct session *session;
	void *tree;
	const struct type_reader *reader;
	types_variable *variable;
	types_function *function;
	void *data;
	bool at_hand;			/* the compiler is not asked, as long as somebody else knows the kernel */
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct teller *)a)->name, ((const struct teller *)b)->name);
}

static bool may_tell(struct told *told, const char *name)
{
	struct teller key = { .name = name, .reader = told->reader }, *new;
	struct teller **slot = tfind(&key, &told->tree, by_name);

	if (slot)
		return (*slot)->reader == told->reader;
	new = session_alloc(told->session, sizeof(*new));
	*new = key;
	new->name = session_strdup(told->session, name);
	tsearch(new, &told->tree, by_name);
	return true;
}

static void tell_variable(const struct cvariable *v, void *data)
{
	struct told *told = data;

	if (may_tell(told, v->name))
		told->variable(v, told->data);
}

static void tell_function(const struct cfunction *f, void *data)
{
	struct told *told = data;

	if (may_tell(told, f->name))
		told->function(f, told->data);
}

static void nothing(void *teller)
{
}

/* Of the readers in their order; no further than the first that knows it where the name is none but one. */
static void tell(struct types *t, const char *name, struct told *told)
{
	unsigned place = 0;

	while ((type_name_is_pattern(name) || !told->tree) && 
	       (told->reader = types_next_reader(t, &place, told->at_hand))) {
		const struct type_reader_ops *ops = told->reader->ops;

		if (!types_has_names(t, told->reader, name))
			continue;
		if (told->variable && ops->variables)
			ops->variables((struct type_reader *)told->reader, name, tell_variable, told);
		if (told->function && ops->functions)
			ops->functions((struct type_reader *)told->reader, name, tell_function, told);
	}
	tdestroy(told->tree, nothing);
}

void types_variables(struct types *t, const char *name, types_variable *found, void *data)
{
	struct told told = { .session = types_session(t), .variable = found, .data = data };

	tell(t, name, &told);
}

void types_variables_at_hand(struct types *t, const char *name, types_variable *found, void *data)
{
	struct told told = { .session = types_session(t), .variable = found, .data = data, .at_hand = true };

	tell(t, name, &told);
}

void types_functions(struct types *t, const char *name, types_function *found, void *data)
{
	struct told told = { .session = types_session(t), .function = found, .data = data };

	tell(t, name, &told);
}
