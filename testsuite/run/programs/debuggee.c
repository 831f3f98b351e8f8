// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What gdb is put upon: writes its words in turn, and between two of them has
 * wt_claims write its own, in this process, whose registers gdb has set.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

volatile int word[4];

/* Where gdb stops first. */
static void ready(void)
{
	__asm__ volatile("");
}

int main(void)
{
	int knob = open("/sys/module/wt_claims/parameters/write", O_WRONLY);
	int round, i;

	ready();
	for (round = 1; round <= 3; round++)
		for (i = 0; i < 4; i++) {
			word[i] = 10 * round + i;
			if (pwrite(knob, "1", 1, 0) != 1)
				exit(1);
		}
	return 0;
}
