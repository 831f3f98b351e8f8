/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * printf conversions as SystemTap has them, for both sides: the program that
 * prints records, and sprintf() inside a handler.  Pure code: no allocation,
 * no locale, no state, under 300 bytes of stack all told; any context.
 *
 *	%[flags][width][.precision][l]conversion
 *
 * d i		signed decimal
 * u o x X	unsigned; # puts 0, 0x, 0X before it, before a zero as well
 * p		as %#x
 * c		one byte; # writes one that is not printable, ' and \ as in C
 * s		a string, at most precision bytes; # writes those that are not
 *		printable, " and \ as in C; flag 0 adds a NUL byte
 * m M		memory at an address, as it is or two hexadecimal digits a byte:
 *		precision bytes, or 1; with # of the process, else of the kernel
 * b		1, 2, 4 or 8 bytes in the machine's order, as the precision says,
 *		else the width, else 8; filled up to the width with NUL bytes
 * %		a percent sign
 *
 * Flags: - left, + and space a sign for d and i, 0 zeros up to the width, #.
 * Width and precision are numbers or *, an argument that comes before the
 * converted one; a negative one counts as 0.  Unlike C, zeros are padded also
 * where there is a precision, and a precision of 0 prints a zero.  The l says
 * nothing, as all numbers have 64 bits.
 *
 * Sources: SystemTap Language Reference, "Formatted output"; stap(1).  More than
 * one flag is more than SystemTap 4 takes, %#s is what it means by its display
 * of globals.
 */
#ifndef WATCHTAP_FORMAT_H
#define WATCHTAP_FORMAT_H

#ifdef __KERNEL__
#include <linux/stdarg.h>
#include <linux/types.h>
#else
#include <stdarg.h>
#include <stddef.h>
#endif

/* No width and no precision is above this (SystemTap's STP_BUFFER_SIZE). */
#define FMT_MAX_FIELD	8192
/* No %m and no %M reads more bytes (what one item of output holds). */
#define FMT_MAX_MEMORY	3840
/* The digits of any number, with sign and prefix, are fewer. */
#define FMT_MAX_DIGITS	24

/* An argument: number, or string or memory with its length (it need not be terminated). */
struct fmt_arg {
	long long number;
	const char *string;
	unsigned int len;
};

enum fmt_flag {
	FMT_LEFT	= 1,
	FMT_PLUS	= 2,
	FMT_SPACE	= 4,
	FMT_ZERO	= 8,
	FMT_ALTERNATE	= 16,
};

#define FMT_NONE	(-1)	/* no width or precision was given */
#define FMT_STAR	(-2)	/* it is an argument */

/* A piece of a format: literal text, then at most one conversion. */
struct fmt_spec {
	const char *literal;		/* into the format */
	unsigned int literal_len;
	char conversion;		/* d u o x X p c s b m M; 0 for none */
	unsigned char flags;
	int width, precision;		/* up to FMT_MAX_FIELD, or FMT_NONE, FMT_STAR */
};

/*
 * Reads the piece at format, which is not empty.  Returns where the next one
 * begins; or NULL where the conversion is none, with *ret as far as it was
 * understood: the % is at ret->literal + ret->literal_len.
 */
const char *fmt_next(const char *format, struct fmt_spec *ret);

/* What an argument given for * means. */
int fmt_field(long long number);

/*
 * Writes one conversion at dst, never past end; returns the byte after it.
 * width and precision are spec's, or what fmt_field() made of the arguments.
 */
char *fmt_convert(char *dst, char *end, const struct fmt_spec *spec,
		  int width, int precision, const struct fmt_arg *arg);

/* Writes number's digits at dst, which has room for FMT_MAX_DIGITS. */
char *fmt_decimal(char *dst, unsigned long long number);
char *fmt_hex(char *dst, unsigned long long number);

/*
 * Writes at most size - 1 bytes and a NUL into dst; returns their number.
 * kinds has a letter for each argument: d, a long; s, a const char *; m, memory
 * that has been read: const char * and, as a long, its bytes.  One that is
 * missing counts as 0 or "".  The format ends at a conversion that is none.
 * size 0 writes nothing.
 */
size_t fmt_format(char *dst, size_t size, const char *format, const char *kinds, va_list ap);

/*
 * Which arguments a format wants: 'd' (addresses as well) or 's' for each, the
 * first max of them written into kinds.  Returns their number; or -1 with *bad the offset of the
 * % whose conversion is none.
 */
int fmt_arguments(const char *format, char *kinds, size_t max, size_t *bad);

#endif
