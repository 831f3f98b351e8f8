// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module that writes a word of its own and counts for itself, for the run
 * tests: what a script counts is held against it.
 *
 *	echo N > /sys/module/wt_writer/parameters/go
 *
 * lets one thread on each of the first two CPUs write wt_writer_word N times,
 * both at once, and returns when they are done; /sys/.../written has the sum of
 * all writes so far. hot: a thread writes without pause for N milliseconds.
 * pair: N is written to wt_writer_pair, in four words.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

unsigned int wt_writer_word;
unsigned long wt_writer_pair[4] __aligned(32);

/* A symbol that is not aligned to 4. */
asm(".globl wt_writer_odd\n.set wt_writer_odd, wt_writer_pair + 2\n");

static atomic_long_t written;
static atomic_t running;
static DECLARE_COMPLETION(done);
static bool start;

struct job {
	unsigned long writes;		/* or, if 0: */
	unsigned long until;		/* jiffies */
};

static void write_once(void)
{
	WRITE_ONCE(wt_writer_word, READ_ONCE(wt_writer_word) + 1);
	atomic_long_inc(&written);
}

static int writer(void *data)
{
	const struct job *job = data;
	unsigned long i;

	while (!READ_ONCE(start))
		cpu_relax();
	for (i = 0; job->writes ? i < job->writes : time_before(jiffies, job->until); i++) {
		write_once();
		if (i % 1000 == 999)
			cond_resched();
	}
	if (atomic_dec_and_test(&running))
		complete(&done);
	return 0;
}

static int run(struct job *job, unsigned int threads)
{
	struct task_struct *task;
	unsigned int cpu, n = 0;
	int error = 0;

	reinit_completion(&done);
	WRITE_ONCE(start, false);
	/* one more: that of the loop below */
	atomic_set(&running, 1);
	for_each_online_cpu(cpu) {
		if (n++ == threads)
			break;
		task = kthread_create(writer, job, "writer/%u", cpu);
		if (IS_ERR(task)) {
			error = PTR_ERR(task);
			break;
		}
		atomic_inc(&running);
		kthread_bind(task, cpu);
		wake_up_process(task);
	}
	WRITE_ONCE(start, true);
	if (!atomic_dec_and_test(&running))
		wait_for_completion(&done);
	return error;
}

static int go(const char *value, const struct kernel_param *kp)
{
	struct job job = { };
	int error = kstrtoul(value, 0, &job.writes);

	return error ?: job.writes ? run(&job, 2) : 0;
}

static int hot(const char *value, const struct kernel_param *kp)
{
	struct job job = { };
	unsigned long ms;
	int error = kstrtoul(value, 0, &ms);

	job.until = jiffies + msecs_to_jiffies(ms);
	return error ?: run(&job, 1);
}

/* 32 bytes, in four stores: N, N + 1 and so on. */
static int pair(const char *value, const struct kernel_param *kp)
{
	unsigned long n, i;
	int error = kstrtoul(value, 0, &n);

	for (i = 0; !error && i < 4; i++)
		WRITE_ONCE(wt_writer_pair[i], n + i);
	return error;
}

static int get_written(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%ld\n", atomic_long_read(&written));
}

static const struct kernel_param_ops go_ops = { .set = go };
static const struct kernel_param_ops hot_ops = { .set = hot };
static const struct kernel_param_ops pair_ops = { .set = pair };
static const struct kernel_param_ops written_ops = { .get = get_written };
module_param_cb(go, &go_ops, NULL, 0200);
module_param_cb(hot, &hot_ops, NULL, 0200);
module_param_cb(pair, &pair_ops, NULL, 0200);
module_param_cb(written, &written_ops, NULL, 0444);

static int __init wt_writer_init(void)
{
	return 0;
}

static void __exit wt_writer_exit(void)
{
}

module_init(wt_writer_init);
module_exit(wt_writer_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("writes a word for watchtap's tests");
