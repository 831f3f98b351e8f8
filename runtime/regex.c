// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What =~ found, for matched() and ngroups(). The functions that match are the
 * translator's (translator/regex). Any context that runs handlers.
 */

/*
 * =~ where the script asks for groups. The string is kept, as what it came from
 * may change; it is cut like any other, and the groups are those of the cut one.
 */
long wt_match(struct wt_ctx *c, const char *s, int (*regex)(const char *s, short *at))
{
	struct wt_match *m = c->match;

	wt_copy(m->text, s);
	m->groups = regex(m->text, m->at);
	return m->groups != 0;
}

void wt_matched(struct wt_ctx *c, long n, char *ret, const char *place)
{
	const struct wt_match *m = c->match;
	int length;

	*ret = '\0';
	if (!m->groups) {
		wt_fail(c, place, "matched: no =~ came before in this handler, or the last one did not match");
		return;
	}
	if (n < 0 || n >= m->groups) {
		wt_fail(c, place, "matched: the last pattern has no group of this number");
		return;
	}
	length = m->at[2 * n + 1] - m->at[2 * n];	/* 0 where it took no part */
	memcpy(ret, m->text + max_t(int, m->at[2 * n], 0), length);
	ret[length] = '\0';
}

/* The whole match is one, and one that took no part too. */
long wt_ngroups(struct wt_ctx *c, const char *place)
{
	if (!c->match->groups)
		wt_fail(c, place, "ngroups: no =~ came before in this handler, or the last one did not match");
	return c->match->groups;
}
