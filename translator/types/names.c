// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of variables and functions: names.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "reader.h"

const char *module_name(struct session *s, const char *module)
{
	const char *file = module ? strrchr(module, '/') : NULL, *end = file ? strstr(file, ".ko") : NULL;
	char *name;

	if (!end)
		return module;
	name = session_strndup(s, file + 1, end - file - 1);
	for (char *p = name; *p; p++)
		*p = *p == '-' ? '_' : *p;
	return name;
}

struct list {
	struct session *s;
	struct name *names;		/* malloc()ed while it grows */
	size_t count, room;
};

static void add(struct list *list, const char *text, size_t length, const char *section)
{
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 256;
		list->names = realloc(list->names, list->room * sizeof(*list->names));
		if (!list->names)
			abort();
	}
	list->names[list->count++] = (struct name){ session_strndup(list->s, text, length), section };
}

/* By the letter of nm(1); NULL: it is a function. */
static const char *section_of(char letter)
{
	switch (letter) {
	case 'b': case 'B':
		return ".bss";
	case 'r': case 'R':
		return ".rodata";
	case 'd': case 'D':
		return ".data";
	case 'a': case 'A':
		return ".data..percpu";
	case 'v': case 'V':
		return ".data";
	default:
		return NULL;
	}
}

static bool is_module(const char *name, const char *wanted)
{
	for (; *wanted; name++, wanted++)
		if (*name != *wanted && !(*name == '_' && *wanted == '-'))
			return false;
	return *name == ']';
}

/* What the compiler adds to names is none of the source's. */
static bool is_plain(const char *name)
{
	return !strchr(name, '.') && strncmp(name, "__UNIQUE_ID", 11) && strncmp(name, "__ksymtab", 9) &&
	       strncmp(name, "__kstrtab", 9) && strncmp(name, "__pfx_", 6) && strncmp(name, "__cfi_", 6);
}

/* False: it cannot be read. */
static bool from_kallsyms(struct list *list, const char *module, const char *pattern, bool functions)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char *line = NULL, name[512], home[80], letter;
	size_t size = 0;

	if (!f)
		return false;
	while (getline(&line, &size, f) > 0) {
		int n = sscanf(line, "%*s %c %511s [%79s", &letter, name, home);

		if (n < 2 || (n == 3) != (module != NULL) || (module && !is_module(home, module)))
			continue;
		if (functions != (tolower((unsigned char)letter) == 't' || tolower((unsigned char)letter) == 'w'))
			continue;
		if (is_plain(name) && type_name_matches(pattern, name))
			add(list, name, strlen(name), section_of(letter));
	}
	free(line);
	fclose(f);
	return true;
}

static void add_variable(const struct cvariable *v, void *data)
{
	add(data, v->name, strlen(v->name), v->section ? v->section : v->per_cpu ? ".data..percpu" : NULL);
}

static void add_function(const struct cfunction *f, void *data)
{
	if (!f->inlined)
		add(data, f->name, strlen(f->name), NULL);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

static const struct name *names_of(struct session *s, const char *module, const char *pattern, bool functions,
				   size_t *ret_count)
{
	struct list list = { .s = s };
	struct name *ret;
	size_t n = 0;

	if (!types_of_running(s) || !from_kallsyms(&list, module_name(s, module), pattern, functions)) {
		if (functions)
			types_functions(types_of(s, module), pattern, add_function, &list);
		else
			types_variables(types_of(s, module), pattern, add_variable, &list);
	}
	if (list.count)
		qsort(list.names, list.count, sizeof(*list.names), compare);
	ret = session_alloc(s, (list.count + 1) * sizeof(*ret));
	for (size_t i = 0; i < list.count; i++)
		if (!n || strcmp(ret[n - 1].text, list.names[i].text))
			ret[n++] = list.names[i];
	free(list.names);
	*ret_count = n;
	return ret;
}

const struct name *names_of_variables(struct session *s, const char *module, const char *pattern, size_t *ret_count)
{
	return names_of(s, module, pattern, false, ret_count);
}

const struct name *names_of_functions(struct session *s, const char *module, const char *pattern, size_t *ret_count)
{
	return names_of(s, module, pattern, true, ret_count);
}
