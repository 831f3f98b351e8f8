// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a word many times and says what one write took, in nanoseconds of the
 * guest's clock. Under qemu's -icount shift=0 that is instructions, of the
 * whole guest: what a script's program does meanwhile on the one CPU counts.
 *
 *	insmod wt_bench.ko		/sys/module/wt_bench/parameters/
 *	echo N > writes			N writes; whoever waits for the CPU gets it
 *	cat result			per write, in thousandths
 *	echo 1 > bare			from now on with a callback that increments
 */
#include <linux/hw_breakpoint.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/sched.h>

int wt_bench_word;

static unsigned long bare_hits;
static struct perf_event *__percpu *bare_event;
static u64 result;

static void bare_callback(struct perf_event *event, struct perf_sample_data *data,
			  struct pt_regs *regs)
{
	bare_hits++;
}

static int set_writes(const char *value, const struct kernel_param *kp)
{
	unsigned long n, i;
	u64 start;
	int error = kstrtoul(value, 0, &n);

	if (error || !n)
		return error ?: -EINVAL;
	start = ktime_get_ns();
	for (i = 0; i < n; i++) {
		WRITE_ONCE(wt_bench_word, i);
		if (i % 64 == 63)
			cond_resched();
	}
	result = div64_u64((ktime_get_ns() - start) * 1000, n);
	return 0;
}

static int set_bare(const char *value, const struct kernel_param *kp)
{
	struct perf_event_attr attr;

	if (bare_event)
		return -EBUSY;
	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&wt_bench_word;
	attr.bp_len = HW_BREAKPOINT_LEN_4;
	attr.bp_type = HW_BREAKPOINT_W;
	bare_event = register_wide_hw_breakpoint(&attr, bare_callback, NULL);
	if (IS_ERR((void __force *)bare_event)) {
		int error = (long)(unsigned long __force)bare_event;

		bare_event = NULL;
		return error;
	}
	return 0;
}

static const struct kernel_param_ops writes_ops = { .set = set_writes };
static const struct kernel_param_ops bare_ops = { .set = set_bare };
module_param_cb(writes, &writes_ops, NULL, 0200);
module_param_cb(bare, &bare_ops, NULL, 0200);
module_param(result, ullong, 0444);
module_param(bare_hits, ulong, 0444);

static int __init wt_bench_init(void)
{
	return 0;
}

static void __exit wt_bench_exit(void)
{
	if (bare_event)
		unregister_wide_hw_breakpoint(bare_event);
}

module_init(wt_bench_init);
module_exit(wt_bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("what a watched write costs");
