// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a word of its own in its init function and nowhere else, for the run tests. */
#include <linux/module.h>

int wt_init_word;

static int __init begin(void)
{
	WRITE_ONCE(wt_init_word, 42);
	return 0;
}

static void __exit end(void)
{
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("writes a word when it is loaded, for watchtap's tests");
