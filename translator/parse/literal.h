/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the spelling of a number or a string means.
 */
#ifndef TRANSLATOR_LITERAL_H
#define TRANSLATOR_LITERAL_H

#include "parse/token.h"

/* Reads token->text, which is as written; sets number and hex. Reports what is no number; then it is 0. */
void literal_number(struct session *session, struct token *token);
/*
 * Replaces token->text and length, as written with the quotes, by the string's
 * value. Reports bad escapes at their own place if `exact`, else at the token's.
 */
void literal_string(struct session *session, struct token *token, bool exact);
/*
 * Where byte `at` of a literal's value is in the source; loc, where the literal
 * begins, if it does not stand there as such (it came by $1 or a macro).
 */
struct loc literal_place(struct loc loc, size_t at);
/* Prints the string in quotes, with the escapes that it takes to write it in a script. */
void literal_print_string(FILE *out, const char *string);

#endif
