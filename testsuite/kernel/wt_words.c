// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module with eight words of 8 bytes, wt_word_0 to wt_word_7, side by side;
 * a thread writes them in turn, one each millisecond.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>

#define WORDS	8

unsigned long wt_words[WORDS] __aligned(sizeof(unsigned long) * WORDS);

#define WORD(n)	\
	asm(".globl wt_word_" #n "\n.set wt_word_" #n ", wt_words + 8 * " #n "\n")

WORD(0); WORD(1); WORD(2); WORD(3); WORD(4); WORD(5); WORD(6); WORD(7);

static struct task_struct *task;

static int writer(void *unused)
{
	unsigned long n = 0;

	while (!kthread_should_stop()) {
		WRITE_ONCE(wt_words[n % WORDS], n);
		n++;
		usleep_range(900, 1100);
	}
	return 0;
}

static int __init wt_words_init(void)
{
	task = kthread_run(writer, NULL, "words");
	return PTR_ERR_OR_ZERO(task);
}

static void __exit wt_words_exit(void)
{
	kthread_stop(task);
}

module_init(wt_words_init);
module_exit(wt_words_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("writes words for watchtap's tests");
