// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * translator/run/histogram.c against what SystemTap 4.8 draws of the same
 * values. Prints "ok N - name" or "not ok"; status 1 if one is not.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../runtime/wire.h"
#include "../../../translator/run/histogram.h"

static int count, failed;

static void report(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	failed |= !good;
}

/* an item in the making */
static unsigned char item[4000];
static size_t used;

static void begin(int64_t low, int64_t width, unsigned int buckets, int elision)
{
	struct wt_histogram head = { low, width, buckets, 50, elision };

	memcpy(item, &head, sizeof(head));
	used = sizeof(head);
}

static void add(unsigned int index, uint64_t n)
{
	struct wt_bucket bucket = { index, n };

	memcpy(item + used, &bucket, sizeof(bucket));
	used += sizeof(bucket);
}

static void expect(const char *name, const char *want)
{
	struct output out = { .buffer = malloc(100000), .size = 100000, .fd = -1 };
	int good = histogram_print(&out, item, used) && out.used == strlen(want) &&
		   !memcmp(out.buffer, want, out.used);

	report(good, name);
	if (!good)
		printf("# %.*s\n", (int)out.used, out.buffer);
	free(out.buffer);
}

static void expect_none(const char *name)
{
	struct output out = { .buffer = malloc(100000), .size = 100000, .fd = -1 };

	report(!histogram_print(&out, item, used) && !out.used, name);
	free(out.buffer);
}

#define HEAD	" |-------------------------------------------------- count\n"
#define NONE	"                                                  "
#define TEN	"@@@@@@@@@@"

int main(void)
{
	begin(0, 0, 128, 2);
	add(65, 1);
	add(66, 61);
	add(73, 1);
	expect("logarithmic, scaled, with rows left out",
	       "value" HEAD
	       "    0 |" NONE "  0\n"
	       "    1 |" NONE "  1\n"
	       "    2 |" TEN TEN TEN "                    " " 61\n"
	       "    4 |" NONE "  0\n"
	       "    8 |" NONE "  0\n"
	       "      ~\n"
	       "   64 |" NONE "  0\n"
	       "  128 |" NONE "  0\n"
	       "  256 |" NONE "  1\n"
	       "  512 |" NONE "  0\n"
	       " 1024 |" NONE "  0\n\n");
	begin(0, 0, 128, 2);
	add(61, 1);
	add(67, 1);
	expect("logarithmic, on both sides of zero",
	       "value" HEAD
	       "  -16 |" NONE " 0\n"
	       "   -8 |" NONE " 0\n"
	       "   -4 |@                                                  1\n"
	       "   -2 |" NONE " 0\n"
	       "   -1 |" NONE " 0\n"
	       "      ~\n"
	       "    1 |" NONE " 0\n"
	       "    2 |" NONE " 0\n"
	       "    4 |@                                                  1\n"
	       "    8 |" NONE " 0\n"
	       "   16 |" NONE " 0\n\n");
	begin(10, 10, 11, 2);
	add(0, 1);
	add(1, 1);
	add(3, 120);
	add(9, 1);
	expect("linear, with values below its range",
	       "value" HEAD
	       "  <10 |" NONE "   1\n"
	       "   10 |" NONE "   1\n"
	       "   20 |" NONE "   0\n"
	       "   30 |" TEN TEN TEN TEN "          " " 120\n"
	       "   40 |" NONE "   0\n"
	       "   50 |" NONE "   0\n"
	       "      ~\n"
	       "   70 |" NONE "   0\n"
	       "   80 |" NONE "   0\n"
	       "   90 |" NONE "   1\n\n");
	begin(1, 1, 5, 2);
	add(0, 1);
	add(1, 1);
	add(2, 1);
	add(3, 1);
	add(4, 1);
	expect("linear, with values on both sides of its range",
	       "value" HEAD
	       "   <1 |@                                                  1\n"
	       "    1 |@                                                  1\n"
	       "    2 |@                                                  1\n"
	       "    3 |@                                                  1\n"
	       "   >3 |@                                                  1\n\n");
	begin(0, 0, 128, -1);
	add(64, 50);
	add(68, 1);
	expect("nothing is left out where that is not wanted",
	       "value" HEAD
	       "    0 |" TEN TEN TEN TEN TEN " 50\n"
	       "    1 |" NONE "  0\n"
	       "    2 |" NONE "  0\n"
	       "    4 |" NONE "  0\n"
	       "    8 |@                                                   1\n"
	       "   16 |" NONE "  0\n"
	       "   32 |" NONE "  0\n\n");
	begin(0, 0, 128, 2);
	add(0, 1);
	add(127, UINT64_MAX);
	used--;
	expect_none("an item that is cut off is none");
	begin(0, 0, 128, 2);
	add(128, 1);
	expect_none("a bucket that there is not");
	begin(0, 0, 2, 2);
	expect_none("a histogram has three buckets at least");
	begin(0, 0, 128, 2);
	used = 3;
	expect_none("no histogram at all");
	return failed;
}
