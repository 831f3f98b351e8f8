// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module whose lines are known, for the run tests:
 *
 *	echo N > /sys/module/wt_lines/parameters/go
 *
 * writes wt_lines_word, in a function that is inlined into another one, which
 * is inlined into one that is called.  The test finds the lines by the comments.
 */
#include <linux/module.h>

unsigned int wt_lines_word;

static __always_inline void innermost(unsigned int n)
{
	WRITE_ONCE(wt_lines_word, n);		/* innermost */
}

static __always_inline void inlined(unsigned int n)
{
	innermost(n);				/* inlined */
	barrier();
}

static noinline void called(unsigned int n)
{
	inlined(n);				/* called */
}

static int go(const char *value, const struct kernel_param *kp)
{
	unsigned int n;
	int error = kstrtouint(value, 0, &n);

	if (!error)
		called(n);			/* caller */
	return error;
}

static const struct kernel_param_ops go_ops = { .set = go };
module_param_cb(go, &go_ops, NULL, 0200);

static int __init wt_lines_init(void)
{
	return 0;
}

static void __exit wt_lines_exit(void)
{
}

module_init(wt_lines_init);
module_exit(wt_lines_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("writes a word in a line that is known, for watchtap's tests");
