// SPDX-License-Identifier: GPL-2.0-or-later
/* Strings for handlers: fixed room, longer ones are cut. Any context. */

void wt_copy(char *dst, const char *src)
{
	size_t n;

	if (dst == src)
		return;
	n = strnlen(src, MAXSTRINGLEN - 1);
	memmove(dst, src, n);
	dst[n] = '\0';
}

/* dst may be a or b: where it is a, a's bytes stay where they are. */
void wt_concat(char *dst, const char *a, const char *b)
{
	size_t na = strnlen(a, MAXSTRINGLEN - 1);
	size_t nb = strnlen(b, MAXSTRINGLEN - 1 - na);

	/* b first: where dst is b, a goes over what has been moved away */
	memmove(dst + na, b, nb);
	memmove(dst, a, na);
	dst[na + nb] = '\0';
}

int wt_compare(const char *a, const char *b)
{
	return strncmp(a, b, MAXSTRINGLEN);
}

void wt_sprintf(char *dst, const char *format, const char *kinds, ...)
{
	va_list ap;

	va_start(ap, kinds);
	fmt_format(dst, MAXSTRINGLEN, format, kinds, ap);
	va_end(ap);
}
