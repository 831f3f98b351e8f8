// SPDX-License-Identifier: GPL-2.0-or-later
/* The string functions of scripts. Any context. */

/* A string's bytes, that of a longer literal cut. */
static long wt_length(const char *s)
{
	return strnlen(s, MAXSTRINGLEN - 1);
}

long wt_strlen(struct wt_ctx *c, const char *s)
{
	return wt_length(s);
}

void wt_substr(struct wt_ctx *c, const char *s, long start, long n, char *ret)
{
	long length = wt_length(s);

	if (start < 0 || start > length)
		start = length;
	n = clamp(n, 0L, length - start);
	memcpy(ret, s + start, n);
	ret[n] = '\0';
}

long wt_stringat(struct wt_ctx *c, const char *s, long position, const char *place)
{
	if (position >= 0 && position < wt_length(s))
		return (unsigned char)s[position];
	wt_fail_saying(c, place, "stringat: a string of %ld bytes has none at %ld", wt_length(s), position);
	return 0;
}

long wt_strpos(struct wt_ctx *c, const char *s, const char *part)
{
	const char *at = strnstr(s, part, wt_length(s));

	return at ? at - s : -1;
}

long wt_isinstr(struct wt_ctx *c, const char *s, const char *part)
{
	return wt_strpos(c, s, part) >= 0;
}

long wt_isdigit(struct wt_ctx *c, const char *s)
{
	return *s >= '0' && *s <= '9';
}

void wt_toupper(struct wt_ctx *c, const char *s, char *ret)
{
	for (wt_copy(ret, s); *ret; ret++)
		*ret = *ret >= 'a' && *ret <= 'z' ? *ret - 'a' + 'A' : *ret;
}

void wt_tolower(struct wt_ctx *c, const char *s, char *ret)
{
	for (wt_copy(ret, s); *ret; ret++)
		*ret = *ret >= 'A' && *ret <= 'Z' ? *ret - 'A' + 'a' : *ret;
}

/* Copies n bytes behind the used ones of dst, as far as there is room. */
static long wt_add(char *dst, long used, const char *src, long n)
{
	n = min_t(long, n, MAXSTRINGLEN - 1 - used);
	memcpy(dst + used, src, n);
	return used + n;
}

void wt_str_replace(struct wt_ctx *c, const char *s, const char *from, const char *to, char *ret)
{
	const char *end = s + wt_length(s), *at;
	long n = wt_length(from), used = 0;

	while (n && (at = strnstr(s, from, end - s))) {
		used = wt_add(ret, used, s, at - s);
		used = wt_add(ret, used, to, wt_length(to));
		s = at + n;
	}
	used = wt_add(ret, used, s, end - s);
	ret[used] = '\0';
}

static int wt_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/* As far as there are digits; base 0 is told by 0x or 0. Larger numbers wrap around. */
long wt_strtol(struct wt_ctx *c, const char *s, long base)
{
	bool negative = *s == '-', hex;
	unsigned long value = 0;

	s += negative;
	hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && wt_digit(s[2]) < 16;
	if (base == 0)
		base = hex ? 16 : s[0] == '0' ? 8 : 10;
	if (base == 16 && hex)
		s += 2;
	if (base < 2 || base > 36)
		return 0;
	for (; wt_digit(*s) < base; s++)
		value = value * base + wt_digit(*s);
	return negative ? -value : value;
}

/*
 * From 0 up to, but not including n. Mixed out of the CPU's cycles: the
 * kernel's own numbers take a lock, which the code that was interrupted may hold.
 */
long wt_randint(struct wt_ctx *c, long n, const char *place)
{
	static unsigned long last;
	unsigned long v;

	if (n < 0 || n > 1 << 20) {
		wt_fail(c, place, "randint: the range is from 0 to 1048576");
		return 0;
	}
	/* two at the same time may have the same one: they differ in the CPU */
	v = READ_ONCE(last) + get_cycles() + ((unsigned long)raw_smp_processor_id() << 56) + 0x9e3779b97f4a7c15;
	v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9;
	v = (v ^ v >> 27) * 0x94d049bb133111eb;
	v ^= v >> 31;
	WRITE_ONCE(last, v);
	return n ? v % n : 0;
}

static void wt_next_token(struct wt_ctx *c, const char *delimiters, char *ret)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	char *at = x->tokens + x->token;
	size_t n;

	at += strspn(at, delimiters);
	n = strcspn(at, delimiters);
	memcpy(ret, at, n);
	ret[n] = '\0';
	x->token = at + n - x->tokens;
}

/* What is left of the last string that this context took apart. */
void wt_tokenize_on(struct wt_ctx *c, const char *delimiters, char *ret)
{
	wt_next_token(c, delimiters, ret);
}

void wt_tokenize(struct wt_ctx *c, const char *s, const char *delimiters, char *ret)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	if (*s) {
		wt_copy(x->tokens, s);
		x->token = 0;
	}
	wt_next_token(c, delimiters, ret);
}
