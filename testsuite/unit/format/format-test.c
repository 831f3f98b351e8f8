// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * runtime/format.c against strings that SystemTap 5 prints for the same
 * format (but for %#s, which it does not rewrite), numbers also against model.h.  Prints "ok N - name" or "not ok"; status 1 if one is not.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../../runtime/format.h"

static int count, failed;

static void report(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	failed |= !good;
}

/* Arguments as sprintf has them: a number, a string, memory. */
#define N(x)	((long)(x))
#define S(x)	x
#define M(x)	x, (long)(sizeof(x) - 1)

/* The kinds are what the format wants, with m for memory. */
static void kinds_of(const char *format, char *ret)
{
	struct fmt_spec spec;

	for (; format && *format; ) {
		format = fmt_next(format, &spec);
		if (!format)
			break;
		if (spec.width == FMT_STAR)
			*ret++ = 'd';
		if (spec.precision == FMT_STAR)
			*ret++ = 'd';
		if (spec.conversion)
			*ret++ = spec.conversion == 's' ? 's' : strchr("mM", spec.conversion) ? 'm' : 'd';
	}
	*ret = '\0';
}

static void expect_bytes(const char *want, size_t len, const char *format, ...)
{
	char got[20000], name[200], kinds[40];
	size_t i, at, r;
	va_list ap;
	int good;

	kinds_of(format, kinds);
	va_start(ap, format);
	r = fmt_format(got, sizeof(got), format, kinds, ap);
	good = r == len && !memcmp(got, want, len) && !got[r];
	at = snprintf(name, sizeof(name), "\"%s\" is \"%.100s\"", format, want);
	for (i = 0; i < at; i++)
		if ((unsigned char)name[i] < ' ')
			name[i] = '.';
	report(good, name);
	if (!good)
		printf("# got %zu bytes: %.100s\n", r, got);
	/* every smaller buffer gets a prefix, a NUL, and nothing after it */
	for (i = 1; i <= len && i < 40; i++) {
		memset(got, '~', sizeof(got));
		r = fmt_format(got, i, format, kinds, ap);
		if (r != i - 1 || memcmp(got, want, r) || got[r] || got[i] != '~') {
			printf("# cut to %zu\n", i);
			report(0, name);
		}
	}
	va_end(ap);
}

#define EXPECT(format, want, ...)	expect_bytes(want, sizeof(want) - 1, format, __VA_ARGS__)

/* fmt_format() with the arguments that kinds tells. */
static size_t format_with(char *dst, size_t size, const char *kinds, const char *format, ...)
{
	va_list ap;
	size_t r;

	va_start(ap, format);
	r = fmt_format(dst, size, format, kinds, ap);
	va_end(ap);
	return r;
}

#include "model.h"

static void expect_kinds(const char *format, int want, const char *kinds, size_t where)
{
	char got[16] = "", name[200];
	size_t bad = 999;
	int r = fmt_arguments(format, got, sizeof(got) - 1, &bad);

	snprintf(name, sizeof(name), "arguments of \"%s\"", format);
	report(r == want && (r < 0 ? bad == where : !strcmp(got, kinds)), name);
}

static void numbers(void)
{
	EXPECT("%d", "0", N(0));
	EXPECT("%d %i", "-1 42", N(-1), N(42));
	EXPECT("%d", "-9223372036854775808", N(-9223372036854775807LL - 1));
	EXPECT("%u", "18446744073709551615", N(-1));
	EXPECT("%u", "10000000000000000000", N((long long)10000000000000000000ULL));
	EXPECT("%u %u %u", "9 10 999", N(9), N(10), N(999));
	EXPECT("%x %X", "ffffffffffffffff DEADBEEF", N(-1), N(0xdeadbeef));
	EXPECT("%o", "1777777777777777777777", N(-1));
	EXPECT("%#x %#X %#o", "0x7fa 0X7FA 0610", N(0x7fa), N(0x7fa), N(0610));
	EXPECT("%#x %#o", "0x0 00", N(0), N(0));
	EXPECT("%#d %#u", "5 5", N(5), N(5));
	EXPECT("%p", "0xffffffff81234567", N((long long)0xffffffff81234567ULL));
	EXPECT("%p", "0x0", N(0));
	EXPECT("[%20p] [%-20p]", "[            0xbc614e] [0xbc614e            ]", N(0xbc614e), N(0xbc614e));
	EXPECT("%018p", "0x0000000000bc614e", N(0xbc614e));
	EXPECT("[%5d] [%-5d] [%05d]", "[   42] [42   ] [00042]", N(42), N(42), N(42));
	EXPECT("[%5d] [%-5d] [%05d]", "[  -42] [-42  ] [-0042]", N(-42), N(-42), N(-42));
	EXPECT("[%+d] [% d] [%+d]", "[+42] [ 42] [-42]", N(42), N(42), N(-42));
	EXPECT("[%+5d] [%+05d] [%-+5d]", "[  +42] [+0042] [+42  ]", N(42), N(42), N(42));
	EXPECT("[%+u] [% x]", "[42] [2a]", N(42), N(42));
	EXPECT("[%#8x] [%#08x] [%-#8x]", "[    0x2a] [0x00002a] [0x2a    ]", N(42), N(42), N(42));
	EXPECT("[%.5d] [%8.5d] [%-8.5d]", "[00042] [   00042] [00042   ]", N(42), N(42), N(42));
	EXPECT("[%08.5d]", "[00000042]", N(42));
	EXPECT("[%#08.5x] [%+8.5d]", "[0x00002a] [  +00042]", N(42), N(42));
	EXPECT("[%.0d] [%.d]", "[0] [0]", N(0), N(0));
	EXPECT("%ld %5ld %lx %-4lu|%lX %lo %lp %lc %li", "1     2 3 4   |5 6 0x7 A 9",
	       N(1), N(2), N(3), N(4), N(5), N(6), N(7), N('A'), N(9));
	EXPECT("%d %+d %u %x %o", "-9223372036854775808 -9223372036854775808 9223372036854775808 "
	       "8000000000000000 1000000000000000000000",
	       LONG_MIN, LONG_MIN, LONG_MIN, LONG_MIN, LONG_MIN);
	EXPECT("[%-05d]", "[42   ]", N(42));
	EXPECT("[%0-5d]", "[42   ]", N(42));
	EXPECT("[%2d]", "[12345]", N(12345));
	EXPECT("[%*d]", "[   42]", N(5), N(42));
	EXPECT("[%-*d]", "[42   ]", N(5), N(42));
	EXPECT("[%*d]", "[42]", N(-5), N(42));
	EXPECT("[%.*d]", "[00042]", N(5), N(42));
	EXPECT("[%*.*x]", "[   0002a]", N(8), N(5), N(42));
	EXPECT("[%.*d]", "[42]", N(-1), N(42));
}

static void strings(void)
{
	EXPECT("", "", N(0));
	EXPECT("plain\n", "plain\n", N(0));
	EXPECT("100%%", "100%", N(0));
	EXPECT("%%d", "%d", N(0));
	EXPECT("100%", "100", N(0));
	EXPECT("%ls", "a", S("a"));
	EXPECT("%s", "sample", S("sample"));
	EXPECT("%s|%s|", "a||", S("a"), S(""));
	EXPECT("[%8s] [%-8s]", "[     abc] [abc     ]", S("abc"), S("abc"));
	EXPECT("[%.2s] [%5.2s] [%-5.2s] [%.0s]", "[ab] [   ab] [ab   ] []", S("abc"), S("abc"), S("abc"), S("abc"));
	EXPECT("[%.9s]", "[abc]", S("abc"));
	EXPECT("[%*s] [%.*s]", "[   abc] [ab]", N(6), S("abc"), N(2), S("abc"));
	EXPECT("[%.*s]", "[]", N(-1), S("abc"));
	EXPECT("[%0s]", "[abc\0]", S("abc"));
	EXPECT("[%05s]", "[  abc\0]", S("abc"));
	EXPECT("[%+s]", "[x]", S("x"));
	EXPECT("%#s", "", S(""));
	EXPECT("%#s", "a\\tb\\n\\\"c\\\" d'\\\\", S("a\tb\n\"c\" d'\\"));
	EXPECT("%#s", "\\a\\b\\f\\r\\v\\001\\177\\303\\244", S("\a\b\f\r\v\1\177\303\244"));
	EXPECT("[%#6s] [%-#6s] [%#.2s] [%#2s]", "[  \\n\\t] [\\n\\t  ] [\\na] [\\n\\n]",
	       S("\n\t"), S("\n\t"), S("\nabc"), S("\n\n"));
	EXPECT("%s(%d) %d -> %d\n", "sh(42) 0 -> 77\n", S("sh"), N(42), N(0), N(77));
	EXPECT("a%qb", "a", N(0));
}

static void characters(void)
{
	EXPECT("%c%c", "aA", N('a'), N('A'));
	EXPECT("[%3c] [%-3c]", "[  a] [a  ]", N('a'), N('a'));
	EXPECT("[%c]", "[\0]", N(0));
	EXPECT("%c", "b", N(0x162));
	EXPECT("%#c%#c%#c%#c", "\\n\\t\\'\\\\", N('\n'), N('\t'), N('\''), N('\\'));
	EXPECT("%#c%#c%#c%#c%#c", "\\a\\b\\f\\r\\v", N('\a'), N('\b'), N('\f'), N('\r'), N('\v'));
	EXPECT("%#c %#c %#c %#c", "a \" \\000 \\377", N('a'), N('"'), N(0), N(255));
	EXPECT("[%#6c] [%-#6c]", "[  \\033] [\\033  ]", N(27), N(27));
}

static void binary(void)
{
	EXPECT("%b%b", "\xad\xdb\xde\xc0\0\0\0\0\x78\x56\x34\x12\0\0\0\0", N(0xc0dedbad), N(0x12345678));
	EXPECT("%1b%1b%1blo %1b%1brld", "Hello World", N(72), N(101), N(108), N(87), N(111));
	EXPECT("%2b%4b", "badc\0\0", N('a' << 8 | 'b'), N('c' << 8 | 'd'));
	EXPECT("%4.2b", "\0\0ba", N('a' << 8 | 'b'));
	EXPECT("%-4.2b", "ba\0\0", N('a' << 8 | 'b'));
	EXPECT("%.1b", "a", N('a'));
	EXPECT("%3b", "a\0\0\0\0\0\0\0", N('a'));
	EXPECT("%.3b", "a\0\0\0\0\0\0\0", N('a'));
	EXPECT("%*b", "a\0", N(2), N('a'));
}

static void memory(void)
{
	EXPECT("%m|%.2m|%M", "a|b\0|0f", M("a"), M("b\0"), M("\x0f"));
	EXPECT("[%4.2m] [%-4.2m] [%6.2M] [%-6.2M]", "[  ab] [ab  ] [  6162] [6162  ]",
	       M("ab"), M("ab"), M("ab"), M("ab"));
	EXPECT("%.4M", "00ff80de", M("\0\xff\x80\xde"));
	EXPECT("%#.2m%#.2M", "ab6162", M("ab"), M("ab"));
	EXPECT("%.*m %*.*M", "ab    00ff", N(2), M("ab"), N(7), N(2), M("\0\xff"));
	EXPECT("%0.2m %0.1M", "ab\0 61\0", M("ab"), M("a"));
}

static void arguments(void)
{
	expect_kinds("", 0, "", 0);
	expect_kinds("none %%", 0, "", 0);
	expect_kinds("%", -1, "", 0);
	expect_kinds("50%", -1, "", 2);
	expect_kinds("%m %.*M %#m", 4, "dddd", 0);
	expect_kinds("%ld %lx %ls", 3, "dds", 0);
	expect_kinds("%d %s %x %c %b %p", 6, "dsdddd", 0);
	expect_kinds("%*s %.*d %*.*u", 7, "dsddddd", 0);
	expect_kinds("%-+ #0d", 1, "d", 0);
	expect_kinds("ab%q", -1, "", 2);
	expect_kinds("%d%lld", -1, "", 2);
	expect_kinds("%hd", -1, "", 0);
	expect_kinds("%zu", -1, "", 0);
	expect_kinds("%l", -1, "", 0);
	expect_kinds("%5$d", -1, "", 0);
	expect_kinds("%n", -1, "", 0);
	expect_kinds("%f", -1, "", 0);
	expect_kinds("%5%", -1, "", 0);
	expect_kinds("%5", -1, "", 0);
	expect_kinds("%%%-", -1, "", 2);
}

static void limits(void)
{
	char big[FMT_MAX_FIELD + 1], buffer[4] = "zzz";

	memset(big, ' ', FMT_MAX_FIELD);
	big[FMT_MAX_FIELD - 1] = '7';
	expect_bytes(big, FMT_MAX_FIELD, "%99999999999d", N(7));
	expect_bytes(big, FMT_MAX_FIELD, "%*d", 1L << 40, N(7));
	memset(big, '0', FMT_MAX_FIELD - 1);
	expect_bytes(big, FMT_MAX_FIELD, "%.9000d", N(7));
	expect_bytes(big, FMT_MAX_FIELD, "%0*d", 1L << 40, N(7));
	report(format_with(buffer, 0, "d", "%d", N(1)) == 0 && buffer[0] == 'z', "size 0 writes nothing");
	report(format_with(buffer, 1, "d", "%d", N(1)) == 0 && !buffer[0], "size 1 has room for the NUL");
	report(format_with(buffer, 4, "", "%d%s%m") == 1 && buffer[0] == '0', "no arguments at all");
	EXPECT("%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%s%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", "1234567890123456x8901234567890123",
	       N(1), N(2), N(3), N(4), N(5), N(6), N(7), N(8), N(9), N(0), N(1), N(2), N(3), N(4), N(5), N(6),
	       S("x"), N(8), N(9), N(0), N(1), N(2), N(3), N(4), N(5), N(6), N(7), N(8), N(9), N(0), N(12), N(3));
}

int main(void)
{
	numbers();
	model_numbers();
	strings();
	characters();
	binary();
	memory();
	arguments();
	limits();
	printf("1..%d\n", count);
	return failed;
}
