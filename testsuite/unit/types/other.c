/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sample.c only names: types-test.c links both. */
struct unknown {
	int known;
	struct unknown *again;
};

enum late { EARLY, LATE = 9 };

struct unknown elsewhere_unknown;
enum late late = LATE;
int elsewhere = 2;
static int hidden = 4;

int *leak(void)
{
	return &hidden;
}

void complain(int n)
{
	elsewhere = n;
}
