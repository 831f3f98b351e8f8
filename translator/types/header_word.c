// SPDX-License-Identifier: GPL-2.0-or-later
/* What a word in a declaration is, as far as it can be known without the preprocessor. */
#include <string.h>

#include "header_internal.h"

bool token_is(const struct token *t, const char *word)
{
	return t->kind == TOKEN_WORD && strlen(word) == t->length && !memcmp(t->text, word, t->length);
}

bool token_begins(const struct token *t, const char *prefix)
{
	size_t length = strlen(prefix);

	return t->kind == TOKEN_WORD && t->length >= length && !memcmp(t->text, prefix, length);
}

static bool is_any(const struct token *t, const char *const *words)
{
	for (; *words; words++) {
		if (token_is(t, *words))
			return true;
	}
	return false;
}

bool token_is_attribute(const struct token *t)
{
	static const char *const words[] = {
		"const", "volatile", "static", "inline", "register", "extern", "restrict", "__restrict", "__const",
		"__volatile__", "__inline", "__inline__", "__extension__", "asmlinkage", "notrace", "noinline",
		"__read_mostly", "__ro_after_init", "__initdata", "__initconst", "__init", "__exit", "__refdata",
		"__visible", "__weak", "__used", "__maybe_unused", "__always_unused", "__percpu", "__iomem", "__rcu",
		"__user", "__force", "__packed", "__aligned", "__section", "__jiffy_arch_data", "__randomize_layout",
		"__no_randomize_layout", "__nocast", "__private", "__must_hold", "__alias", "__deprecated", "__bitwise",
		"__capability", "__page_aligned_data", "__page_aligned_bss", "__designated_init",
		"__must_check", "__noreturn", "__lockfunc", "__pure", "__cold", "__ref", "__sched", "__malloc",
		"__attribute_const__", "asm", "__asm__", NULL
	};

	return is_any(t, words) || token_begins(t, "__attribute") || token_begins(t, "__cacheline") ||
	       token_begins(t, "____cacheline");
}

bool token_is_base(const struct token *t)
{
	static const char *const words[] = {
		"void", "char", "short", "int", "long", "signed", "unsigned", "float", "double", "bool", "_Bool", NULL
	};

	return is_any(t, words);
}

bool token_is_typeof(const struct token *t)
{
	return token_is(t, "typeof") || token_is(t, "__typeof__") || token_is(t, "__typeof") ||
	       token_is(t, "typeof_unqual");
}

bool token_is_tag(const struct token *t, enum header_kind *ret_kind)
{
	static const struct { const char *word; enum header_kind kind; } tags[] = {
		{ "struct", HEADER_STRUCT }, { "union", HEADER_UNION }, { "enum", HEADER_ENUM },
	};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (token_is(t, tags[i].word)) {
			*ret_kind = tags[i].kind;
			return true;
		}
	}
	return false;
}
