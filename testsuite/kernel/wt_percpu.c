// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A per-CPU variable for the run tests, wt_percpu_word, and a plain one beside
 * it, wt_percpu_plain:
 *
 *	echo VALUE > /sys/module/wt_percpu/parameters/own
 *		each online CPU writes VALUE and its own number, in the order of
 *		the CPUs, into its own copy: VALUE + CPU
 *	echo CPU VALUE > /sys/module/wt_percpu/parameters/copy
 *		CPU 0 writes VALUE into that CPU's copy
 */
#include <linux/cpu.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/smp.h>

DEFINE_PER_CPU(long, wt_percpu_word);
long wt_percpu_plain;

struct writing {
	unsigned int copy;
	long value;
};

static void write_copy(void *info)
{
	const struct writing *writing = info;

	WRITE_ONCE(per_cpu(wt_percpu_word, writing->copy), writing->value);
}

static int own(const char *value, const struct kernel_param *kp)
{
	struct writing writing;
	unsigned int cpu;
	long n;
	int error = kstrtol(value, 0, &n);

	if (error)
		return error;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		writing = (struct writing){ cpu, n + cpu };
		smp_call_function_single(cpu, write_copy, &writing, 1);
	}
	cpus_read_unlock();
	WRITE_ONCE(wt_percpu_plain, n);
	return 0;
}

static int copy(const char *value, const struct kernel_param *kp)
{
	struct writing writing;

	if (sscanf(value, "%u %ld", &writing.copy, &writing.value) != 2 ||
	    writing.copy >= nr_cpu_ids || !cpu_possible(writing.copy))
		return -EINVAL;
	return smp_call_function_single(0, write_copy, &writing, 1);
}

static const struct kernel_param_ops own_ops = { .set = own };
static const struct kernel_param_ops copy_ops = { .set = copy };
module_param_cb(own, &own_ops, NULL, 0200);
module_param_cb(copy, &copy_ops, NULL, 0200);

static int __init begin(void)
{
	return 0;
}

static void __exit end(void)
{
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a per-CPU variable for watchtap's tests");
