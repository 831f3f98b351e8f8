// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long it takes until a watchpoint register watches something else, in
 * nanoseconds of the guest's clock.  Under qemu's -icount shift=0 that is
 * instructions, of all CPUs together, and the time in which all of them sleep.
 *
 *	insmod wt_steal.ko		with watchtap_slots; /sys/module/wt_steal/parameters/
 *	echo N > rounds			how often each is done (50)
 *	echo 1 > busy			meanwhile the other CPUs are in a loop, not idle
 *	echo perf > measure		a wide breakpoint is unregistered and registered
 *	echo spare > measure		a claim is enabled and disabled; a register is parked for it
 *	echo steal > measure		the same; weaker claims have all registers
 *	cat result			a line for each thing measured: name, mean, median, largest
 */
#include <linux/delay.h>
#include <linux/hw_breakpoint.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/preempt.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>

#include "watchtap_slots.h"

#define MAX_ROUNDS	1000
#define VICTIMS		4	/* claims of one register each: as many as a CPU has */

static unsigned int rounds = 50;
module_param(rounds, uint, 0644);
static bool busy;
module_param(busy, bool, 0644);

enum series {
	PAIR,			/* unregister, then register */
	PAIR_AWAKE,		/* the same without the time in which the task slept */
	PAIR_IN_A_ROW,		/* the same as PAIR, one after the other; the mean */
	ENABLE,			/* wts_claim_enable() itself, with interrupts off */
	OPEN,			/* from that call until the gate opens */
	DISABLE,		/* wts_claim_disable() itself, with interrupts off */
	DISARMED,		/* from that call until no handler runs any more */
	BACK,			/* from that call until the gate of who had lost opens */
	SERIES
};

static const char *const names[SERIES] = {
	"pair", "pair_awake", "pair_in_a_row", "enable", "open", "disable", "disarmed", "back"
};
static u64 samples[SERIES][MAX_ROUNDS];
static unsigned int taken[SERIES];
static char result[512];
module_param_string(result, result, sizeof(result), 0444);

static unsigned long words[1 + VICTIMS];

static void add(enum series series, u64 sample)
{
	samples[series][taken[series]++] = sample;
}

static int compare(const void *a, const void *b)
{
	const u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void summarise(void)
{
	size_t used = 0;
	unsigned int i, k;

	for (i = 0; i < SERIES; i++) {
		const unsigned int n = taken[i];
		u64 sum = 0;

		if (!n)
			continue;
		for (k = 0; k < n; k++)
			sum += samples[i][k];
		sort(samples[i], n, sizeof(samples[i][0]), compare, NULL);
		used += scnprintf(result + used, sizeof(result) - used, "%s %llu %llu %llu\n",
				  names[i], div_u64(sum, n), samples[i][n / 2],
				  samples[i][n - 1]);
	}
}

/* The arbiter's clock, too. */
static u64 now(void)
{
	return ktime_get_mono_fast_ns();
}

/* What keeps the other CPUs from being idle. */
static struct task_struct *loops[NR_CPUS];

/* Each round lets the next emulated CPU go on. */
static int loop(void *unused)
{
	while (!kthread_should_stop()) {
		cpu_relax();
		cond_resched();
	}
	return 0;
}

static void end_loops(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (loops[cpu]) {
			kthread_stop(loops[cpu]);
			loops[cpu] = NULL;
		}
}

static void begin_loops(void)
{
	struct task_struct *task;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (cpu == raw_smp_processor_id())
			continue;
		task = kthread_create_on_cpu(loop, NULL, cpu, "wt_steal/%u");
		if (IS_ERR(task))
			continue;
		loops[cpu] = task;
		wake_up_process(task);
	}
	/* until all of them run */
	udelay(50);
}

/* Everything comes to rest: what is to be told is told, workers end, CPUs go idle. */
static void rest(unsigned int ms)
{
	end_loops();
	wts_flush();
	msleep(ms);
	if (busy)
		begin_loops();
}

/* How long this task has slept. */
static u64 slept, asleep_since;

static void on_sleep(struct preempt_notifier *notifier, struct task_struct *next)
{
	asleep_since = now();
}

static void on_wake(struct preempt_notifier *notifier, int cpu)
{
	slept += now() - asleep_since;
}

static struct preempt_ops sleep_ops = { .sched_in = on_wake, .sched_out = on_sleep };

static void on_access(struct perf_event *event, struct perf_sample_data *data,
		      struct pt_regs *regs)
{
}

static struct perf_event *__percpu *watch(void)
{
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&words[0];
	attr.bp_len = HW_BREAKPOINT_LEN_8;
	attr.bp_type = HW_BREAKPOINT_W;
	return register_wide_hw_breakpoint(&attr, on_access, NULL);
}

/* Unregisters and registers so many times; gives up at the first error. */
static struct perf_event *__percpu *move(struct perf_event *__percpu *event, unsigned int times)
{
	while (times-- && !IS_ERR((void __force *)event)) {
		unregister_wide_hw_breakpoint(event);
		event = watch();
	}
	return event;
}

static int measure_perf(void)
{
	/* so long that RCU has forgotten that perf had it wait */
	const unsigned int ms = 1000;
	struct preempt_notifier notifier;
	struct perf_event *__percpu *event = watch();
	unsigned int i;
	u64 start, end;

	preempt_notifier_init(&notifier, &sleep_ops);
	preempt_notifier_inc();
	preempt_notifier_register(&notifier);
	for (i = 0; i < rounds; i++) {
		rest(ms);
		slept = 0;
		start = now();
		event = move(event, 1);
		end = now();
		add(PAIR, end - start);
		add(PAIR_AWAKE, end - start - slept);
	}
	rest(ms);
	start = now();
	event = move(event, rounds);
	add(PAIR_IN_A_ROW, div_u64(now() - start, rounds));
	end_loops();
	preempt_notifier_unregister(&notifier);
	preempt_notifier_dec();
	if (IS_ERR((void __force *)event))
		return PTR_ERR((void __force *)event);
	unregister_wide_hw_breakpoint(event);
	return 0;
}

struct client {
	struct wts_claim *claim;
	u64 armed, disarmed;		/* when it last was */
};

static void on_hit(void *data, struct pt_regs *regs)
{
}

static void on_armed(void *data, const struct wts_event *event)
{
	struct client *client = data;

	client->armed = event->time;
}

static void on_disarmed(void *data, const struct wts_event *event)
{
	struct client *client = data;

	client->disarmed = event->time;
}

static const struct wts_ops ops = {
	.size = sizeof(ops), .hit = on_hit, .armed = on_armed, .disarmed = on_disarmed
};

/* The thief is client 0. */
static int create(struct client *client, unsigned int i, struct wts_reason *why)
{
	const struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = WTS_WRITE, .address = (unsigned long)&words[i],
		.length = sizeof(words[i]), .name = i ? "victim" : "thief",
		.client = "wt_steal", .ops = &ops, .data = client, .owner = THIS_MODULE,
		.priority = i ? 0 : 1, .flags = i ? 0 : WTS_DYNAMIC,
	};

	client->claim = wts_claim_create(&attr, why);
	return client->claim ? 0 : why->error;
}

/*
 * Waits until the thief stands like that, and all the victims' gates are open
 * but one if it has stolen.  Without sleeping: this CPU is not to go idle.
 */
static int await(const struct client *clients, unsigned int victims, enum wts_state state)
{
	const unsigned int stolen = victims && state == WTS_ARMED;
	struct wts_claim_stats stats = { .size = sizeof(stats) };
	const u64 start = now();
	unsigned int i, open;

	do {
		cpu_relax();
		wts_claim_stats(clients[0].claim, &stats);
		for (i = 1, open = 0; i <= victims; i++)
			open += wts_claim_is_open(clients[i].claim);
		if (stats.state == state && open == victims - stolen)
			return 0;
	} while (now() - start < NSEC_PER_SEC);
	return -EIO;
}

/* The call is made as a handler would: with interrupts off, and what follows comes later. */
static int enable_and_disable(const struct client *clients, unsigned int victims)
{
	const struct client *thief = &clients[0], *loser = &clients[victims];
	u64 start, returned;
	int error;

	rest(20);
	local_irq_disable();
	start = now();
	wts_claim_enable(thief->claim, 0, NULL);
	returned = now();
	local_irq_enable();
	error = await(clients, victims, WTS_ARMED);
	if (error)
		return error;
	wts_flush();
	add(ENABLE, returned - start);
	add(OPEN, thief->armed - start);

	rest(20);
	local_irq_disable();
	start = now();
	wts_claim_disable(thief->claim);
	returned = now();
	local_irq_enable();
	error = await(clients, victims, WTS_OFF);
	if (error)
		return error;
	wts_flush();
	add(DISABLE, returned - start);
	add(DISARMED, thief->disarmed - start);
	if (victims)
		add(BACK, loser->armed - start);
	return 0;
}

/* victims is VICTIMS, and then they hold every register, or 0. */
static int measure_claims(unsigned int victims)
{
	struct wts_reason why = { .size = sizeof(why) };
	struct client clients[1 + VICTIMS] = { };
	struct wts_claim *claims[VICTIMS];
	unsigned int i;
	int error = 0;

	for (i = 0; i <= victims && !error; i++) {
		error = create(&clients[i], i, &why);
		if (i)
			claims[i - 1] = clients[i].claim;
	}
	if (!error && victims)
		error = wts_claims_enable(claims, victims, &why);
	if (error)
		pr_err("wt_steal: %s\n", why.text);
	for (i = 0; i < rounds && !error; i++)
		error = enable_and_disable(clients, victims);
	end_loops();
	for (i = 0; i <= victims; i++)
		wts_claim_destroy(clients[i].claim);
	return error;
}

static int set_measure(const char *value, const struct kernel_param *kp)
{
	int error;

	if (!rounds || rounds > MAX_ROUNDS)
		return -EINVAL;
	memset(taken, 0, sizeof(taken));
	*result = 0;
	if (sysfs_streq(value, "perf"))
		error = measure_perf();
	else if (sysfs_streq(value, "spare"))
		error = measure_claims(0);
	else if (sysfs_streq(value, "steal"))
		error = measure_claims(VICTIMS);
	else
		error = -EINVAL;
	if (!error)
		summarise();
	return error;
}

static const struct kernel_param_ops measure_ops = { .set = set_measure };
module_param_cb(measure, &measure_ops, NULL, 0200);

static int __init wt_steal_init(void)
{
	return 0;
}

static void __exit wt_steal_exit(void)
{
}

module_init(wt_steal_init);
module_exit(wt_steal_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("what moving a watchpoint register costs");
