// SPDX-License-Identifier: GPL-2.0-or-later
/* printf conversions; the contract is in format.h. */
#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <string.h>
#endif
#include "format.h"

/* Reads a number, or the * that stands for one; FMT_NONE where there is neither. */
static const char *read_field(const char *at, int *ret)
{
	*ret = FMT_NONE;
	if (*at == '*') {
		*ret = FMT_STAR;
		return at + 1;
	}
	for (; *at >= '0' && *at <= '9'; at++) {
		*ret = (*ret < 0 ? 0 : *ret) * 10 + (*at - '0');
		if (*ret > FMT_MAX_FIELD)
			*ret = FMT_MAX_FIELD;
	}
	return at;
}

static unsigned char flag_of(char c)
{
	static const char flags[] = "-+ 0#";	/* in the order of enum fmt_flag */
	int i;

	for (i = 0; flags[i]; i++)
		if (flags[i] == c)
			return 1 << i;
	return 0;
}

const char *fmt_next(const char *format, struct fmt_spec *ret)
{
	const char *at = format;
	unsigned char flag;

	ret->literal = format;
	ret->conversion = 0;
	ret->flags = 0;
	ret->width = ret->precision = FMT_NONE;

	while (*at && *at != '%')
		at++;
	ret->literal_len = at - format;
	if (!*at)
		return at;
	if (at[1] == '%') {	/* the first of the two is literal text */
		ret->literal_len++;
		return at + 2;
	}
	at++;
	while ((flag = flag_of(*at)) != 0) {
		ret->flags |= flag;
		at++;
	}
	at = read_field(at, &ret->width);
	if (*at == '.')
		at = read_field(at + 1, &ret->precision);
	if (*at == 'l')
		at++;

	switch (*at) {
	case 'i':
		ret->conversion = 'd';
		return at + 1;
	case 'd': case 'u': case 'o': case 'x': case 'X':
	case 'p': case 'c': case 's': case 'b': case 'm': case 'M':
		ret->conversion = *at;
		return at + 1;
	}
	return NULL;
}

int fmt_field(long long number)
{
	if (number < 0)
		return 0;
	return number > FMT_MAX_FIELD ? FMT_MAX_FIELD : (int)number;
}

static char *put(char *dst, char *end, const char *bytes, size_t len)
{
	if (len > (size_t)(end - dst))
		len = end - dst;
	if (len)
		memcpy(dst, bytes, len);
	return dst + len;
}

static char *fill(char *dst, char *end, char c, int count)
{
	if (count <= 0)
		return dst;
	if (count > end - dst)
		count = end - dst;
	memset(dst, c, count);
	return dst + count;
}

/* bytes between the padding that width asks for */
static char *put_padded(char *dst, char *end, const char *bytes, int len,
			int width, unsigned char flags, char pad)
{
	if (!(flags & FMT_LEFT))
		dst = fill(dst, end, pad, width - len);
	dst = put(dst, end, bytes, len);
	if (flags & FMT_LEFT)
		dst = fill(dst, end, pad, width - len);
	return dst;
}

char *fmt_decimal(char *dst, unsigned long long number)
{
	unsigned long long limit = 10;
	int digits = 1, i;

	while (number >= limit) {
		digits++;
		if (digits == 20)	/* ten times more does not fit into limit */
			break;
		limit *= 10;
	}
	for (i = digits - 1; i >= 0; i--) {
		dst[i] = '0' + number % 10;
		number /= 10;
	}
	return dst + digits;
}

/* in base 1 << bits */
static char *put_shifted(char *dst, unsigned long long number, int bits,
			 const char *symbols)
{
	int digits = 1, i;

	while (digits * bits < 64 && number >> (digits * bits))
		digits++;
	for (i = digits - 1; i >= 0; i--) {
		dst[i] = symbols[number & ((1 << bits) - 1)];
		number >>= bits;
	}
	return dst + digits;
}

char *fmt_hex(char *dst, unsigned long long number)
{
	return put_shifted(dst, number, 4, "0123456789abcdef");
}

static char *put_number(char *dst, char *end, const struct fmt_spec *spec,
			int width, int precision, long long value)
{
	unsigned long long number = value;
	char digits[FMT_MAX_DIGITS], prefix[2];
	int len, before = 0, pad;

	switch (spec->conversion) {
	case 'd':
		if (value < 0) {
			prefix[before++] = '-';
			number = -number;
		} else if (spec->flags & FMT_PLUS) {
			prefix[before++] = '+';
		} else if (spec->flags & FMT_SPACE) {
			prefix[before++] = ' ';
		}
		__attribute__((__fallthrough__));
	case 'u':
		len = fmt_decimal(digits, number) - digits;
		break;
	case 'o':
		if (spec->flags & FMT_ALTERNATE)
			prefix[before++] = '0';
		len = put_shifted(digits, number, 3, "01234567") - digits;
		break;
	default:
		if (spec->flags & FMT_ALTERNATE || spec->conversion == 'p') {
			prefix[before++] = '0';
			prefix[before++] = spec->conversion == 'X' ? 'X' : 'x';
		}
		len = put_shifted(digits, number, 4, spec->conversion == 'X' ?
				  "0123456789ABCDEF" : "0123456789abcdef") - digits;
	}
	pad = width - before - (precision > len ? precision : len);

	if (!(spec->flags & (FMT_LEFT | FMT_ZERO)))
		dst = fill(dst, end, ' ', pad);
	dst = put(dst, end, prefix, before);
	if ((spec->flags & (FMT_LEFT | FMT_ZERO)) == FMT_ZERO)
		dst = fill(dst, end, '0', pad);
	dst = fill(dst, end, '0', precision - len);
	dst = put(dst, end, digits, len);
	if (spec->flags & FMT_LEFT)
		dst = fill(dst, end, ' ', pad);
	return dst;
}

/*
 * What # makes of a byte: as it would be written between those quotes in C.
 * Returns how many bytes that are, up to 4.
 */
static int escape(char *dst, unsigned char c, unsigned char quote)
{
	/* pairs: the byte, the letter that stands for it */
	static const char letters[] = "\aa\bb\ff\nn\rr\tt\vv\\\\";
	int i;

	dst[0] = '\\';
	dst[1] = c;
	if (c == quote)
		return 2;
	for (i = 0; letters[i]; i += 2)
		if ((unsigned char)letters[i] == c) {
			dst[1] = letters[i + 1];
			return 2;
		}
	if (c >= 0x20 && c < 0x7f) {
		dst[0] = c;
		return 1;
	}
	dst[1] = '0' + (c >> 6);
	dst[2] = '0' + (c >> 3 & 7);
	dst[3] = '0' + (c & 7);
	return 4;
}

static char *put_char(char *dst, char *end, const struct fmt_spec *spec,
		      int width, unsigned char c)
{
	char bytes[4] = { c };
	int len = spec->flags & FMT_ALTERNATE ? escape(bytes, c, '\'') : 1;

	return put_padded(dst, end, bytes, len, width, spec->flags, ' ');
}

/* Bytes written with others: each as escaped text (%#s), or as two digits (%M). */
static int put_one(char *dst, char conversion, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	if (conversion == 's')
		return escape(dst, c, '"');
	dst[0] = digits[c >> 4];
	dst[1] = digits[c & 15];
	return 2;
}

static char *put_rewritten(char *dst, char *end, const struct fmt_spec *spec,
			   int width, const char *bytes, unsigned int len)
{
	unsigned int i, total = 0;
	char one[4];

	for (i = 0; i < len; i++)
		total += put_one(one, spec->conversion, bytes[i]);
	if (!(spec->flags & FMT_LEFT))
		dst = fill(dst, end, ' ', width - (int)total);
	for (i = 0; i < len; i++)
		dst = put(dst, end, one, put_one(one, spec->conversion, bytes[i]));
	if (spec->flags & FMT_LEFT)
		dst = fill(dst, end, ' ', width - (int)total);
	return dst;
}

/* s, m and M. Memory has been read with the length that the precision says. */
static char *put_bytes(char *dst, char *end, const struct fmt_spec *spec,
		       int width, int precision, const struct fmt_arg *arg)
{
	unsigned int len = arg->len;
	bool text = spec->conversion == 's';

	if (text && precision >= 0 && len > (unsigned int)precision)
		len = precision;
	if (spec->conversion == 'M' || (text && spec->flags & FMT_ALTERNATE))
		dst = put_rewritten(dst, end, spec, width, arg->string, len);
	else
		dst = put_padded(dst, end, arg->string, len, width, spec->flags, ' ');
	return fill(dst, end, '\0', spec->flags & FMT_ZERO ? 1 : 0);
}

static int binary_size(int bytes)
{
	return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8 ? bytes : 0;
}

static char *put_binary(char *dst, char *end, const struct fmt_spec *spec,
			int width, int precision, unsigned long long value)
{
	int size = binary_size(precision) ?: binary_size(width) ?: 8;
	const char *bytes = (const char *)&value;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	bytes += sizeof(value) - size;
#endif
	return put_padded(dst, end, bytes, size, width, spec->flags, '\0');
}

char *fmt_convert(char *dst, char *end, const struct fmt_spec *spec,
		  int width, int precision, const struct fmt_arg *arg)
{
	switch (spec->conversion) {
	case 0:
		return dst;
	case 'c':
		return put_char(dst, end, spec, width, arg->number);
	case 'b':
		return put_binary(dst, end, spec, width, precision, arg->number);
	case 's': case 'm': case 'M':
		return put_bytes(dst, end, spec, width, precision, arg);
	}
	return put_number(dst, end, spec, width, precision, arg->number);
}

/* Arguments that are taken one at a time: there may be many, and little stack. */
struct arguments {
	const char *kinds;
	va_list ap;
};

/* No string counts beyond max bytes. */
static struct fmt_arg next_argument(struct arguments *args, size_t max)
{
	struct fmt_arg arg = { .string = "" };
	long len;

	switch (*args->kinds) {
	case '\0':
		return arg;
	case 's':
		arg.string = va_arg(args->ap, const char *);
		arg.len = strnlen(arg.string, max);
		break;
	case 'm':
		arg.string = va_arg(args->ap, const char *);
		len = va_arg(args->ap, long);
		arg.len = len;
		break;
	default:
		arg.number = va_arg(args->ap, long);
	}
	args->kinds++;
	return arg;
}

size_t fmt_format(char *dst, size_t size, const char *format, const char *kinds, va_list ap)
{
	struct arguments args = { .kinds = kinds };
	char *at = dst, *end = dst + size - 1;
	struct fmt_spec spec;
	struct fmt_arg arg;

	if (!size)
		return 0;
	va_copy(args.ap, ap);
	while (*format && at < end) {
		format = fmt_next(format, &spec);
		at = put(at, end, spec.literal, spec.literal_len);
		if (!format)
			break;
		if (!spec.conversion)
			continue;
		if (spec.width == FMT_STAR)
			spec.width = fmt_field(next_argument(&args, size).number);
		if (spec.precision == FMT_STAR)
			spec.precision = fmt_field(next_argument(&args, size).number);
		arg = next_argument(&args, size);
		at = fmt_convert(at, end, &spec, spec.width, spec.precision, &arg);
	}
	va_end(args.ap);
	*at = '\0';
	return at - dst;
}

int fmt_arguments(const char *format, char *kinds, size_t max, size_t *bad)
{
	const char *at = format;
	struct fmt_spec spec;
	size_t count = 0, i;

	while (*at) {
		char wanted[3];
		size_t n = 0;

		at = fmt_next(at, &spec);
		if (!at) {
			*bad = spec.literal + spec.literal_len - format;
			return -1;
		}
		if (spec.width == FMT_STAR)
			wanted[n++] = 'd';
		if (spec.precision == FMT_STAR)
			wanted[n++] = 'd';
		if (spec.conversion)
			wanted[n++] = spec.conversion == 's' ? 's' : 'd';
		for (i = 0; i < n; i++, count++)
			if (count < max)
				kinds[count] = wanted[i];
	}
	return (int)count;
}
