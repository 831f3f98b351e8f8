/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who does the operations: threads, timers, and kprobes in the arbiter itself,
 * be it in the middle of a decision.  (Hit handlers and callbacks do theirs in
 * claims.h and writers.h.)
 */
#ifndef STORM_TEST_CONTEXTS_H
#define STORM_TEST_CONTEXTS_H

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/kprobes.h>

#include "storm_test_schedule.h"

#define TIMERS	2

static struct hrtimer timers[TIMERS];
static u64 timer_series[TIMERS];
static struct task_struct *plugger, *outside_thread, *admin;

/* Enables and disables, and writes where it has just done so. */
static int process_thread(void *data)
{
	struct writer *writer = data;
	const struct operation *operation;
	unsigned int n;

	while (!kthread_should_stop()) {
		operation = schedule_next(PROCESS);
		if (!operation) {
			usleep_range(100, 1000);
			continue;
		}
		perform(operation, NULL);
		for (n = draw(&writer->series, 4); n; n--)
			write_word(writer, places[operation->place].word);
		storm_probed(writer);
		if (!draw(&writer->series, 16))
			move_about(writer);
	}
	return 0;
}

/* Hard interrupt. */
static enum hrtimer_restart timer_fires(struct hrtimer *timer)
{
	u64 *series = &timer_series[timer - timers];

	perform_next(TIMER, NULL);
	hrtimer_forward_now(timer, ns_to_ktime(100000 + draw(series, 4 * pace * 1000)));
	return HRTIMER_RESTART;
}

static void timers_start(void)
{
	unsigned int i;

	for (i = 0; i < TIMERS; i++) {
		timer_series[i] = mix(seed ^ (i + 1));
#ifdef HAVE_HRTIMER_SETUP
		hrtimer_setup(&timers[i], timer_fires, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
		hrtimer_init(&timers[i], CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
		timers[i].function = timer_fires;
#endif
		hrtimer_start(&timers[i], ms_to_ktime(1), HRTIMER_MODE_REL_HARD);
	}
}

static void timers_stop(void)
{
	unsigned int i;

	for (i = 0; i < TIMERS; i++)
		hrtimer_cancel(&timers[i]);
}

/* Something to probe: its beginning by ftrace, its middle by a breakpoint. */
static noinline void storm_probed(struct writer *writer)
{
	WRITE_ONCE(writer->outside, 0);
	barrier();
}

/*
 * Where kprobes are put: at the beginning of a function, which is ftrace's, or
 * at an instruction further on.  Most of these run under the arbiter's lock.
 * What the compiler has inlined is not to be had.
 */
static const char * const probed[] = {
	"wts_lock_enter", "wts_lock_leave", "wts_decide_enable", "wts_decide_disable",
	"wts_decide_batch", "wts_release", "wts_act", "wts_note_fill", "wts_settle",
	"wts_open_gate", "wts_finish", "wts_retarget", "wts_kick", "wts_claim_disable",
	"wts_claim_enable", "wts_plan_write", "wts_tell_work", "wts_refuse",
	/* just after the lock has been left */
	"wts_arch_resume_watches.part.0", "wts_arch_resume_watches.part.0",
};
static struct kprobe kprobes[64];
static unsigned int nkprobes;
static atomic_t probe_turn;

/*
 * Not at each opportunity, or those that come often would take all.  Sometimes
 * it takes its time, so that the other CPUs come in between.
 */
static int probe_fires(struct kprobe *probe, struct pt_regs *regs)
{
	const unsigned int turn = atomic_inc_return(&probe_turn);
	u64 begin;

	if (turn % 7 == 0)
		perform_next(PROBE, NULL);
	if (turn % 5 == 0)
		for (begin = now(); now() - begin < turn % 64 * 4000;)
			cpu_relax();
	return 0;
}

/* One that has this is not turned into a jump. */
static void probe_fired(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static bool probe_put(const char *symbol, unsigned int offset, bool jump)
{
	struct kprobe *probe = &kprobes[nkprobes];

	if (nkprobes == ARRAY_SIZE(kprobes))
		return false;
	memset(probe, 0, sizeof(*probe));
	probe->symbol_name = symbol;
	probe->offset = offset;
	probe->pre_handler = probe_fires;
	if (!jump)
		probe->post_handler = probe_fired;
	if (register_kprobe(probe))
		return false;
	nkprobes++;
	pr_info("# probe at %s+%u%s\n", symbol, offset, jump ? "" : ", by a breakpoint");
	return true;
}

static bool probe_beginning(const char *symbol)
{
	/* where functions begin with a landing pad, ftrace's place is after it */
	return probe_put(symbol, 0, true) || probe_put(symbol, 4, true);
}

/* At the first instruction from there on. */
static bool probe_middle(const char *symbol, unsigned int offset, bool jump)
{
	unsigned int tries;

	for (tries = 0; tries < 15; tries++)
		if (probe_put(symbol, offset + tries, jump))
			return true;
	return false;
}

static void probes_put(void)
{
	u64 series = mix(seed + 77);
	unsigned int i;

	if (!probes)
		return;
	probe_beginning("storm_probed");
	probe_middle("storm_probed", 5, false);
	for (i = 0; i < probes; i++) {
		const char *symbol = probed[draw(&series, ARRAY_SIZE(probed))];
		unsigned int offset = draw(&series, 200) + 5, jump = draw(&series, 3);

		if (jump)
			probe_middle(symbol, offset, jump == 1);
		else
			probe_beginning(symbol);
	}
}

static void probes_remove(void)
{
	while (nkprobes)
		unregister_kprobe(&kprobes[--nkprobes]);
}

/* A file of the kernel's, as a user reads or writes it; text NULL: reads.  0 or an errno. */
static int file_use(const char *name, const char *text, char *ret, size_t size)
{
	struct file *file = filp_open(name, text ? O_WRONLY : O_RDONLY, 0);
	loff_t at = 0;
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (text)
		n = kernel_write(file, text, strlen(text), &at);
	else
		n = kernel_read(file, ret, size - 1, &at);
	filp_close(file, NULL);
	if (!text)
		ret[max_t(ssize_t, n, 0)] = 0;
	return n < 0 ? n : 0;
}

static void set_limit(unsigned int limit)
{
	char text[4];
	int error;

	snprintf(text, sizeof(text), "%u", limit);
	error = file_use("/sys/module/watchtap_slots/parameters/limit", text, NULL, 0);
	if (error)
		WRONG(SCHEDULE, "the limit cannot be set: error %d", error);
}

/* One CPU comes or goes. */
static void plug(u32 argument)
{
	unsigned int cpu = argument % nr_cpu_ids;
	int error;

	if (!cpu || !cpu_possible(cpu))
		return;
	outsiders_lose_a_cpu();
	error = cpu_online(cpu) ? remove_cpu(cpu) : add_cpu(cpu);
	WRITE_ONCE(plugging, false);
	if (error)
		WRONG(SCHEDULE, "CPU %u cannot come or go: error %d", cpu, error);
}

static void plug_all(void)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
		if (!cpu_online(cpu) && add_cpu(cpu))
			WRONG(SCHEDULE, "CPU %u does not come back", cpu);
}

static void outside(const struct operation *operation)
{
	struct outsider *out = &outsider[operation->argument % EVENTS];
	unsigned int writer = (operation->argument >> 8) % nwriters;
	int error;

	if (outsider_has(out)) {
		outsider_release(out);
		return;
	}
	error = outsider_take(out, operation->kind == OUTSIDE_TASK ? writers[writer].task : NULL);
	if (error && error != -ENOSPC)
		WRONG(OUTSIDERS, "an event was refused: error %d", error);
	/* some stay until the next time */
	if (!error && operation->argument >> 16 & 3) {
		msleep(1 + (operation->argument >> 18) % 32);
		outsider_release(out);
	}
}

/* Everyone has his own thread, as each may wait for long. */
static int special_thread(void *data)
{
	const enum context context = (unsigned long)data;
	const struct operation *operation;
	static char text[8192];

	while (!kthread_should_stop()) {
		operation = schedule_next(context);
		if (!operation) {
			usleep_range(500, 2000);
			continue;
		}
		switch (operation->kind) {
		case PLUG:
			plug(operation->argument);
			break;
		case OUTSIDE_WIDE:
		case OUTSIDE_TASK:
			outside(operation);
			break;
		case LIMIT:
			/* mostly all */
			set_limit(min(operation->argument >> 8 & 7, 4u));
			break;
		case SHOW:
			file_use(operation->argument & 1 ? "/proc/watchtap/slots" :
				 "/proc/watchtap/slots.json", NULL, text, sizeof(text));
			break;
		}
		atomic_inc(&done[context][operation->kind]);
	}
	return 0;
}

static struct task_struct *thread(int (*run)(void *), void *data, const char *name)
{
	struct task_struct *task = kthread_create(run, data, "storm/%s", name);

	if (IS_ERR(task)) {
		WRONG(SCHEDULE, "no thread");
		return NULL;
	}
	get_task_struct(task);
	return task;
}

static void thread_start(struct task_struct *task)
{
	if (task)
		wake_up_process(task);
}

static void thread_stop(struct task_struct **task)
{
	if (*task) {
		kthread_stop(*task);
		put_task_struct(*task);
	}
	*task = NULL;
}

static void contexts_start(void)
{
	unsigned int i;

	for (i = 0; i < nwriters; i++)
		writers[i].task = thread(i < nwriters - THREADS ? writer_thread : process_thread,
					 &writers[i], i < nwriters - THREADS ? "writer" : "process");
	plugger = thread(special_thread, (void *)HOTPLUG, "hotplug");
	outside_thread = thread(special_thread, (void *)OUTSIDER, "outsider");
	admin = thread(special_thread, (void *)ADMIN, "admin");
	for (i = 0; i < nwriters; i++)
		thread_start(writers[i].task);
	thread_start(plugger);
	thread_start(outside_thread);
	thread_start(admin);
	probes_put();
	timers_start();
}

/* The writers go on. */
static void contexts_stop(void)
{
	unsigned int i;

	timers_stop();
	probes_remove();
	thread_stop(&plugger);
	for (i = nwriters - THREADS; i < nwriters; i++)
		thread_stop(&writers[i].task);
	plug_all();
}

#endif
