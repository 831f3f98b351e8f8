// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client of watchtap_slots that tries what the header promises.  Prints
 * "slots_test: ok NAME" or "slots_test: not ok NAME ..." for each test, then
 * "slots_test: done, N failed", and refuses to stay loaded.
 *
 *	insmod slots_test.ko [stress=SECONDS] [hotplug=0|1] [writes=N]
 *			[bp_per_reg=HEX] [cpu_tlbstate=HEX]
 *
 * The last two are those symbols' values from /proc/kallsyms; without them the
 * tests that need them are left out.
 *
 * The watched words are disjoint: QEMU's TCG reports one register for a store.
 */
#define pr_fmt(fmt) "slots_test: " fmt

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hw_breakpoint.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/random.h>
#include <linux/smp.h>
#include <asm/cpu_entry_area.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/processor.h>

#include "watchtap_slots.h"

static int stress = 5;
module_param(stress, int, 0444);
static int hotplug = 1;
module_param(hotplug, int, 0444);
static int writes = 2000;
module_param(writes, int, 0444);

static ulong bp_per_reg;
module_param(bp_per_reg, ulong, 0444);
static ulong cpu_tlbstate_at;
module_param_named(cpu_tlbstate, cpu_tlbstate_at, ulong, 0444);

#define WORDS 8

struct client {
	struct wts_claim *claim;
	atomic_t hits;
	atomic_t observed;
	int observed_at_first_hit;
	bool disable_self;
	struct task_struct *owner;	/* hits made by this task are counted apart */
	atomic_t own;
};

static unsigned long words[WORDS] __aligned(64);
static int failed;
static struct wts_reason why;

static void hit(void *data, struct pt_regs *regs)
{
	struct client *c = data;

	if (atomic_inc_return(&c->hits) == 1)
		c->observed_at_first_hit = atomic_read(&c->observed);
	if (READ_ONCE(c->owner) == current)
		atomic_inc(&c->own);
	if (c->disable_self)
		wts_claim_disable(c->claim);
}

static void observe(void *data)
{
	struct client *c = data;

	atomic_inc(&c->observed);
}

static const struct wts_ops ops = { .size = sizeof(ops), .hit = hit, .observe = observe };

static struct wts_claim *create(struct client *c, unsigned long address, u64 length, u32 access,
				const char *name)
{
	struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = access, .address = address, .length = length,
		.name = name, .client = "test", .ops = &ops, .data = c,
	};

	memset(c, 0, sizeof(*c));
	memset(&why, 0, sizeof(why));
	why.size = sizeof(why);
	c->claim = wts_claim_create(&attr, &why);
	return c->claim;
}

static int enable(struct client *c)
{
	memset(why.text, 0, sizeof(why.text));
	return wts_claims_enable(&c->claim, 1, &why);
}

static struct wts_claim_stats stats(struct client *c)
{
	struct wts_claim_stats s = { .size = sizeof(s) };

	wts_claim_stats(c->claim, &s);
	return s;
}

static void result(const char *name, bool ok)
{
	if (ok)
		pr_info("ok %s\n", name);
	else
		pr_info("not ok %s # last reason: %s\n", name, why.text);
	failed += !ok;
}

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			pr_info("# line %d: %s\n", __LINE__, #condition); \
			ok = false; \
		} \
	} while (0)

static void test_life(void)
{
	struct client c;
	bool ok = true;

	CHECK(create(&c, (unsigned long)&words[0], 8, WTS_WRITE, "life"));
	CHECK(stats(&c).state == WTS_OFF);
	WRITE_ONCE(words[0], 1);
	CHECK(atomic_read(&c.hits) == 0);
	CHECK(enable(&c) == 0);
	CHECK(stats(&c).state == WTS_ARMED && wts_claim_is_open(c.claim));
	CHECK(atomic_read(&c.observed) >= 1);
	WRITE_ONCE(words[0], 2);
	WRITE_ONCE(words[0], 3);
	CHECK(READ_ONCE(words[0]) == 3);
	CHECK(atomic_read(&c.hits) == 2 && c.observed_at_first_hit >= 1);
	CHECK(enable(&c) == 0);			/* again: nothing happens */
	wts_claim_disable(c.claim);
	CHECK(!wts_claim_is_open(c.claim));
	WRITE_ONCE(words[0], 4);
	CHECK(atomic_read(&c.hits) == 2);
	CHECK(enable(&c) == 0);			/* at once, while it is released */
	WRITE_ONCE(words[0], 5);
	CHECK(atomic_read(&c.hits) == 3 && stats(&c).delivered == 3);
	wts_claim_disable(c.claim);
	wts_claim_disable(c.claim);
	msleep(50);
	CHECK(stats(&c).state == WTS_OFF);
	wts_claim_destroy(c.claim);
	wts_claim_destroy(NULL);
	result("life", ok);
}

static void test_access(void)
{
	struct client w, rw;
	bool ok = true;

	CHECK(create(&w, (unsigned long)&words[0], 8, WTS_WRITE, "w") && !enable(&w));
	CHECK(create(&rw, (unsigned long)&words[1], 8, WTS_READ_WRITE, "rw") && !enable(&rw));
	(void)READ_ONCE(words[0]);
	(void)READ_ONCE(words[1]);
	WRITE_ONCE(words[1], 1);
	CHECK(atomic_read(&w.hits) == 0 && atomic_read(&rw.hits) == 2);
	wts_claim_destroy(w.claim);
	wts_claim_destroy(rw.claim);
	result("access", ok);
}

static void test_full(void)
{
	struct client c[5];
	bool ok = true;
	int i;

	for (i = 0; i < 5; i++)
		CHECK(create(&c[i], (unsigned long)&words[i], 8, WTS_WRITE, "full"));
	for (i = 0; i < 4; i++)
		CHECK(enable(&c[i]) == 0);
	CHECK(enable(&c[4]) == -ENOSPC && why.error == -ENOSPC);
	CHECK(!strcmp(why.text, "no free register: 4 held by \"test\""));
	for (i = 0; i < 5; i++)
		WRITE_ONCE(words[i], i);
	for (i = 0; i < 5; i++)
		CHECK(atomic_read(&c[i].hits) == (i < 4));
	wts_claim_disable(c[1].claim);
	CHECK(enable(&c[4]) == 0);
	WRITE_ONCE(words[4], 1);
	WRITE_ONCE(words[1], 1);
	CHECK(atomic_read(&c[4].hits) == 1 && atomic_read(&c[1].hits) == 1);
	for (i = 0; i < 5; i++)
		wts_claim_destroy(c[i].claim);
	result("full", ok);
}

static void test_share(void)
{
	struct client c[6];
	bool ok = true;
	int i;

	for (i = 0; i < 3; i++)
		CHECK(create(&c[i], (unsigned long)&words[0], 8, WTS_WRITE, "shared") && !enable(&c[i]));
	for (i = 3; i < 6; i++)
		CHECK(create(&c[i], (unsigned long)&words[i], 8, WTS_WRITE, "single") && !enable(&c[i]));
	WRITE_ONCE(words[0], 1);
	for (i = 0; i < 3; i++)
		CHECK(atomic_read(&c[i].hits) == 1);
	wts_claim_destroy(c[0].claim);
	WRITE_ONCE(words[0], 2);
	CHECK(atomic_read(&c[1].hits) == 2 && atomic_read(&c[2].hits) == 2);
	wts_claim_disable(c[1].claim);
	WRITE_ONCE(words[0], 3);
	CHECK(atomic_read(&c[1].hits) == 2 && atomic_read(&c[2].hits) == 3);
	for (i = 1; i < 6; i++)
		wts_claim_destroy(c[i].claim);
	result("share", ok);
}

static void test_wide(void)
{
	struct client c, d;
	bool ok = true;
	char *p = (char *)words;
	int i;

	CHECK(create(&c, (unsigned long)words, 32, WTS_WRITE, "wide") && !enable(&c));
	for (i = 0; i < 5; i++)
		WRITE_ONCE(words[i], i);
	CHECK(atomic_read(&c.hits) == 4);
	CHECK(create(&d, (unsigned long)&words[5], 8, WTS_WRITE, "none left") && enable(&d) == -ENOSPC);
	wts_claim_destroy(d.claim);
	wts_claim_destroy(c.claim);

	/* 1 + 2 + 1 bytes */
	CHECK(create(&c, (unsigned long)p + 1, 4, WTS_WRITE, "unaligned") && !enable(&c));
	for (i = 0; i < 7; i++)
		WRITE_ONCE(p[i], i);
	CHECK(atomic_read(&c.hits) == 4);
	wts_claim_destroy(c.claim);

	CHECK(!create(&c, (unsigned long)words, 33, WTS_WRITE, "too wide") && why.error == -E2BIG);
	CHECK(!create(&c, (unsigned long)words + 1, 31, WTS_WRITE, "too wide") && why.error == -E2BIG);
	CHECK(!create(&c, (unsigned long)words, 1 << 20, WTS_WRITE, "too wide") && why.error == -E2BIG);
	CHECK(!create(&c, (unsigned long)words, 0, WTS_WRITE, "empty") && why.error == -EINVAL);
	CHECK(!create(&c, (unsigned long)words, 8, 2, "read") && why.error == -EINVAL);
	result("wide", ok);
}

static void test_batch(void)
{
	struct wts_claim *batch[5];
	struct client c[5], holder;
	bool ok = true;
	int i;

	for (i = 0; i < 4; i++)
		CHECK((batch[i] = create(&c[i], (unsigned long)&words[i], 8, WTS_WRITE, "batch")));
	CHECK(create(&holder, (unsigned long)&words[5], 8, WTS_WRITE, "holder") && !enable(&holder));
	CHECK(wts_claims_enable(batch, 4, &why) == -ENOSPC);
	CHECK(!strcmp(why.text, "4 registers are needed and 3 are free: 1 held by \"test\""));
	for (i = 0; i < 4; i++) {
		WRITE_ONCE(words[i], i);
		CHECK(stats(&c[i]).state == WTS_OFF && !stats(&c[i]).arming);
	}
	WRITE_ONCE(words[5], 1);
	CHECK(atomic_read(&holder.hits) == 1);
	wts_claim_destroy(holder.claim);
	CHECK(wts_claims_enable(batch, 4, &why) == 0);
	for (i = 0; i < 4; i++) {
		WRITE_ONCE(words[i], i);
		CHECK(atomic_read(&c[i].hits) == 1);
		wts_claim_disable(c[i].claim);
	}
	CHECK((batch[4] = create(&c[4], (unsigned long)&words[4], 8, WTS_WRITE, "batch")));
	CHECK(wts_claims_enable(batch, 5, &why) == -ENOSPC);
	CHECK(!strcmp(why.text, "5 registers are needed at once and a CPU has 4"));
	for (i = 0; i < 5; i++)
		wts_claim_destroy(c[i].claim);
	result("batch", ok);
}

static void test_grant_then_arm(void)
{
	struct wts_claim *batch[3];
	struct client c[3], late;
	bool ok = true;
	int i;

	for (i = 0; i < 3; i++)
		CHECK((batch[i] = create(&c[i], (unsigned long)&words[i], i == 2 ? 16 : 8,
					 WTS_WRITE, "apart")));
	CHECK(wts_claims_arm(batch, 3) == 0 && stats(&c[0]).state == WTS_OFF);
	CHECK(wts_claims_grant(batch, 3, &why) == 0);
	CHECK(wts_claims_grant(batch, 3, &why) == 0);
	for (i = 0; i < 3; i++) {
		WRITE_ONCE(words[i], 1);
		CHECK(stats(&c[i]).state == WTS_ARMING && !stats(&c[i]).arming);
	}
	/* What is granted is taken, armed or not; equal watches share it. */
	CHECK(create(&late, (unsigned long)&words[5], 8, WTS_WRITE, "late") && enable(&late) == -ENOSPC);
	CHECK(!strcmp(why.text, "no free register: 4 held by \"test\""));
	wts_claim_destroy(late.claim);
	CHECK(create(&late, (unsigned long)&words[1], 8, WTS_WRITE, "sharer") && !enable(&late));
	WRITE_ONCE(words[1], 2);
	CHECK(atomic_read(&late.hits) == 1 && !stats(&c[1]).delivered && !stats(&c[1]).arming);

	wts_claim_disable(batch[0]);
	CHECK(wts_claims_arm(batch, 3) == 0);
	for (i = 0; i < 4; i++)
		WRITE_ONCE(words[i], 2);
	CHECK(atomic_read(&c[0].hits) == 0 && atomic_read(&c[1].hits) == 1 && atomic_read(&c[2].hits) == 2);
	CHECK(atomic_read(&late.hits) == 2);
	batch[2] = batch[1];			/* one named twice is one */
	wts_claim_disable(batch[1]);
	CHECK(wts_claims_enable(batch, 3, &why) == 0);
	WRITE_ONCE(words[0], 3);
	WRITE_ONCE(words[1], 3);
	CHECK(atomic_read(&c[0].hits) == 1 && atomic_read(&c[1].hits) == 2);
	for (i = 0; i < 3; i++)
		wts_claim_destroy(c[i].claim);
	wts_claim_destroy(late.claim);
	result("grant-then-arm", ok);
}

/* /proc/watchtap/slots, as a person reads it. */
static void test_proc(void)
{
	static char text[2048], name[96];
	struct client c, off;
	struct file *file;
	loff_t pos = 0;
	bool ok = true;
	ssize_t n;

	CHECK(create(&c, (unsigned long)&words[0], 16, WTS_WRITE, "two words") && !enable(&c));
	CHECK(create(&off, (unsigned long)&words[3], 4, WTS_READ_WRITE, "idle"));
	WRITE_ONCE(words[1], 1);
	file = filp_open("/proc/watchtap/slots", O_RDONLY, 0);
	CHECK(!IS_ERR(file));
	n = IS_ERR(file) ? 0 : kernel_read(file, text, sizeof(text) - 1, &pos);
	CHECK(n > 0);
	pr_info("# /proc/watchtap/slots:\n%s", text);
	snprintf(name, sizeof(name), "registers 4, held 2, CPUs %u, fire: yes\n", num_online_cpus());
	CHECK(!strncmp(text, name, strlen(name)));
	snprintf(name, sizeof(name), "1         armed      0x%016lx       8  write            1  two",
		 (unsigned long)&words[1]);
	CHECK(strstr(text, name));
	CHECK(strstr(text, "\n2         free"));
	CHECK(strstr(text, "\n-         off"));
	if (!IS_ERR(file))
		filp_close(file, NULL);
	wts_claim_destroy(c.claim);
	wts_claim_destroy(off.claim);
	result("proc", ok);
}

/* Clients that were built with another length of the structs. */
static void test_sizes(void)
{
	struct {
		struct wts_claim_stats stats;
		u64 beyond;
	} s = { .stats.size = sizeof(s), .beyond = 7 };
	struct wts_reason reason = { .size = offsetof(struct wts_reason, text) + 8 };
	struct client c = { };
	struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = WTS_WRITE, .address = 8, .length = 8, .ops = &ops,
	};
	bool ok = true;

	memset(reason.text, 'x', sizeof(reason.text));
	CHECK(!wts_claim_create(&attr, &reason) && reason.error == -EACCES);
	CHECK(reason.text[7] == '\0' && reason.text[8] == 'x');
	CHECK(!wts_claim_create(&attr, NULL));
	attr.size = offsetof(struct wts_claim_attr, ops);
	CHECK(!wts_claim_create(&attr, &why) && why.error == -EINVAL);
	CHECK(create(&c, (unsigned long)words, 8, WTS_WRITE, "sizes"));
	wts_claim_stats(c.claim, &s.stats);
	CHECK(s.beyond == 7 && s.stats.size == sizeof(s.stats));
	s.stats = (struct wts_claim_stats){ .size = 8, .delivered = 9 };
	wts_claim_stats(c.claim, &s.stats);
	CHECK(s.stats.size == 8 && s.stats.delivered == 9);
	wts_claim_destroy(c.claim);
	result("sizes", ok);
}

static void test_disable_self(void)
{
	struct client c;
	bool ok = true;
	int i;

	CHECK(create(&c, (unsigned long)&words[0], 8, WTS_WRITE, "self"));
	c.disable_self = true;
	for (i = 1; i <= 20; i++) {
		CHECK(enable(&c) == 0);
		WRITE_ONCE(words[0], 1);
		WRITE_ONCE(words[0], 2);
		WRITE_ONCE(words[0], 3);
		CHECK(atomic_read(&c.hits) == i);
	}
	wts_claim_destroy(c.claim);
	result("disable-self", ok);
}

static void disable_ipi(void *info)
{
	wts_claim_disable(info);
}

static void test_disable_irq(void)
{
	struct client c;
	bool ok = true;
	int cpu;

	CHECK(create(&c, (unsigned long)&words[0], 8, WTS_WRITE, "irq"));
	for_each_online_cpu(cpu) {
		CHECK(enable(&c) == 0);
		smp_call_function_single(cpu, disable_ipi, c.claim, 1);
		WRITE_ONCE(words[0], 1);
	}
	CHECK(atomic_read(&c.hits) == 0);
	wts_claim_destroy(c.claim);
	result("disable-irq", ok);
}

static int write_many(void *unused)
{
	int i;

	for (i = 0; i < writes; i++)
		WRITE_ONCE(words[0], i);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void test_counts(void)
{
	struct task_struct *task[NR_CPUS > 64 ? 64 : NR_CPUS] = { };
	struct client c, shared;
	bool ok = true;
	int cpu, total = 0;

	CHECK(create(&c, (unsigned long)&words[0], 8, WTS_WRITE, "counts") && !enable(&c));
	CHECK(create(&shared, (unsigned long)&words[0], 8, WTS_WRITE, "counts too") && !enable(&shared));
	for_each_online_cpu(cpu) {
		task[cpu] = kthread_create(write_many, NULL, "wr/%d", cpu);
		kthread_bind(task[cpu], cpu);
		total += writes;
	}
	for_each_online_cpu(cpu)
		wake_up_process(task[cpu]);
	for_each_online_cpu(cpu)
		while (stats(&c).delivered < total && wts_claim_is_open(c.claim)) {
			static int patience;

			msleep(20);
			if (++patience > 1000)
				break;
		}
	for_each_online_cpu(cpu)
		kthread_stop(task[cpu]);
	CHECK(stats(&c).delivered == total && atomic_read(&c.hits) == total);
	CHECK(atomic_read(&shared.hits) == total && !stats(&c).arming);
	wts_claim_destroy(c.claim);
	wts_claim_destroy(shared.claim);
	result("counts", ok);
}

static void test_forbidden(void)
{
	const unsigned long bad[] = {
		(unsigned long)__per_cpu_offset, (unsigned long)get_cpu_gdt_rw(0),
		(unsigned long)&per_cpu(cpu_tss_rw, 0) + 8, (unsigned long)&per_cpu(cpu_dr7, 0),
		CPU_ENTRY_AREA_BASE + 0x1000, 0x1000, 0x8000000000000000ul,
	};
	struct client c;
	bool ok = true;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK(!create(&c, bad[i], 8, WTS_WRITE, "forbidden") && why.error == -EACCES);
		pr_info("# %s\n", why.text);
	}
	if (cpu_tlbstate_at)
		for_each_possible_cpu(i) {
			CHECK(!create(&c, cpu_tlbstate_at + per_cpu_offset(i), 8, WTS_WRITE, "tlb") &&
			      why.error == -EACCES);
			pr_info("# %s\n", why.text);
		}
	result("forbidden", ok);
}

/*
 * One store that touches several registers: QEMU reports one of them, so the
 * trap is played: perf's handlers are called as hw_breakpoint_handler() does,
 * with a trap frame as the entry code makes it.
 */
static void trap(unsigned int registers, struct pt_regs *regs)
{
	struct perf_event **events = (void *)(bp_per_reg + per_cpu_offset(smp_processor_id()));
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (registers & BIT(i))
			events[i]->overflow_handler(events[i], NULL, regs);
}

static void test_one_trap(void)
{
	struct client wide, same, one;
	struct pt_regs regs;
	bool ok = true;

	if (!bp_per_reg)
		return;
	/* wide and same: 16 bytes, registers 0 and 1; one: the first 8 of them. */
	CHECK(create(&wide, (unsigned long)words, 16, WTS_WRITE, "wide") && !enable(&wide));
	CHECK(create(&same, (unsigned long)words, 16, WTS_WRITE, "same") && !enable(&same));
	CHECK(create(&one, (unsigned long)words, 8, WTS_WRITE, "one") && !enable(&one));

	preempt_disable();
	regs = (struct pt_regs){ .orig_ax = -1, .cs = __KERNEL_CS };
	trap(3, &regs);
	CHECK(atomic_read(&wide.hits) == 1 && atomic_read(&same.hits) == 1 && atomic_read(&one.hits) == 1);
	regs.orig_ax = -1;
	trap(1, &regs);
	CHECK(atomic_read(&wide.hits) == 2 && atomic_read(&same.hits) == 2 && atomic_read(&one.hits) == 2);
	regs.orig_ax = -1;
	trap(2, &regs);
	CHECK(atomic_read(&wide.hits) == 3 && atomic_read(&same.hits) == 3 && atomic_read(&one.hits) == 2);
	preempt_enable();

	wts_claim_destroy(wide.claim);
	wts_claim_destroy(same.claim);
	wts_claim_destroy(one.claim);
	result("one-trap", ok);
}

static void nothing(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
}

static struct perf_event * __percpu *outsider(int word)
{
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&words[word];
	attr.bp_len = HW_BREAKPOINT_LEN_8;
	attr.bp_type = HW_BREAKPOINT_W;
	return register_wide_hw_breakpoint(&attr, nothing, NULL);
}

static void test_outsiders(void)
{
	struct perf_event * __percpu *out[4];
	struct client c[3];
	bool ok = true;
	int i;

	for (i = 0; i < 2; i++)
		CHECK(!IS_ERR((void __force *)(out[i] = outsider(4 + i))));
	for (i = 0; i < 3; i++)
		CHECK(create(&c[i], (unsigned long)&words[i], 8 + 8 * (i == 2), WTS_WRITE, "beside"));
	CHECK(enable(&c[0]) == 0);
	CHECK(enable(&c[2]) == -ENOSPC);
	CHECK(!strcmp(why.text, "2 registers are needed and 1 is free: 1 held by \"test\", 2 outside watchtap"));
	CHECK(enable(&c[1]) == 0);
	CHECK(enable(&c[2]) == -ENOSPC);
	pr_info("# %s\n", why.text);
	CHECK(!strcmp(why.text, "no free register: 2 held by \"test\", 2 outside watchtap"));
	for (i = 0; i < 2; i++)
		unregister_wide_hw_breakpoint(out[i]);
	CHECK(enable(&c[2]) == 0);
	for (i = 0; i < 3; i++)
		wts_claim_destroy(c[i].claim);

	/* Nothing is kept: an outsider can have all four, and we then none. */
	for (i = 0; i < 4; i++)
		CHECK(!IS_ERR((void __force *)(out[i] = outsider(i))));
	CHECK(create(&c[0], (unsigned long)&words[0], 8, WTS_WRITE, "late") && enable(&c[0]) == -ENOSPC);
	CHECK(!strcmp(why.text, "no free register: 4 outside watchtap"));
	for (i = 0; i < 4; i++)
		unregister_wide_hw_breakpoint(out[i]);
	CHECK(enable(&c[0]) == 0);
	wts_claim_destroy(c[0].claim);
	result("outsiders", ok);
}

static long write_here(void *unused)
{
	WRITE_ONCE(words[0], 1);
	return 0;
}

static void poke_ipi(void *unused)
{
	write_here(NULL);
}

/* As gdb has it, but on CPU 1 alone. */
static struct perf_event *outsider_task(int word)
{
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&words[word];
	attr.bp_len = HW_BREAKPOINT_LEN_8;
	attr.bp_type = HW_BREAKPOINT_W;
	return perf_event_create_kernel_counter(&attr, 1, current, nothing, NULL);
}

static void test_hotplug(void)
{
	struct perf_event *task_event[3], * __percpu *out;
	struct client c, d;
	bool ok = true;
	int hits, i;

	if (!hotplug || num_online_cpus() < 2)
		return;
	CHECK(create(&c, (unsigned long)&words[0], 8, WTS_WRITE, "hotplug") && !enable(&c));
	CHECK(create(&d, (unsigned long)&words[1], 24, WTS_WRITE, "three"));
	smp_call_function_single(1, poke_ipi, NULL, 1);
	CHECK(atomic_read(&c.hits) == 1);
	CHECK(remove_cpu(1) == 0);
	WRITE_ONCE(words[0], 1);
	CHECK(atomic_read(&c.hits) == 2);
	CHECK(enable(&d) == 0);			/* while the CPU is away */
	WRITE_ONCE(words[2], 1);
	CHECK(atomic_read(&d.hits) == 1);
	CHECK(add_cpu(1) == 0);
	hits = atomic_read(&c.hits);
	smp_call_function_single(1, poke_ipi, NULL, 1);
	CHECK(atomic_read(&c.hits) == hits + 1 && wts_claim_is_open(c.claim));
	CHECK(wts_claim_is_open(d.claim));

	/* Enabled anew while the CPU is away. */
	wts_claim_destroy(d.claim);
	CHECK(remove_cpu(1) == 0);
	wts_claim_disable(c.claim);
	CHECK(enable(&c) == 0);
	CHECK(add_cpu(1) == 0);
	smp_call_function_single(1, poke_ipi, NULL, 1);
	CHECK(atomic_read(&c.hits) == hits + 2);

	/* A task of an outsider has the CPU's registers when it comes back. */
	CHECK(create(&d, (unsigned long)&words[1], 8, WTS_WRITE, "lost") && !enable(&d));
	CHECK(remove_cpu(1) == 0);
	for (i = 0; i < 3; i++)
		CHECK(!IS_ERR(task_event[i] = outsider_task(3 + i)));
	CHECK(add_cpu(1) == 0);
	CHECK(wts_claim_is_open(c.claim) + wts_claim_is_open(d.claim) == 1);
	msleep(50);
	CHECK(stats(&c).state + stats(&d).state == WTS_ARMED + WTS_WAITING);
	for (i = 0; i < 3; i++)
		if (!IS_ERR(task_event[i]))
			perf_event_release_kernel(task_event[i]);
	CHECK(enable(&c) == 0 && enable(&d) == 0);
	hits = atomic_read(&d.hits);
	WRITE_ONCE(words[1], 1);
	CHECK(atomic_read(&d.hits) == hits + 1);
	wts_claim_destroy(d.claim);
	wts_claim_destroy(c.claim);
	out = outsider(0);
	CHECK(!IS_ERR((void __force *)out));
	unregister_wide_hw_breakpoint(out);
	result("hotplug", ok);
}

/* Writes all words as fast as it can. */
static int hammer(void *unused)
{
	while (!kthread_should_stop()) {
		int i;

		for (i = 0; i < 200; i++)
			WRITE_ONCE(words[i % WORDS], i);
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static atomic_t stress_bad, stress_rounds, stress_refused;

/*
 * Enables and disables claims of its own pair of words.  What this very task
 * writes while a claim is enabled must be delivered, all of it, and what it
 * writes while the claim is disabled must not.
 */
static int toggle(void *data)
{
	unsigned long *word = data;
	struct client *c = kzalloc(2 * sizeof(*c), GFP_KERNEL);
	struct wts_reason reason = { .size = sizeof(reason) };

	while (!kthread_should_stop()) {
		struct wts_claim *batch[2];
		int i, k, own, rounds = get_random_u32() % 8 + 1;
		struct wts_claim_attr attr = {
			.size = sizeof(attr), .access = WTS_WRITE, .length = 8,
			.name = "stress", .client = "stress", .ops = &ops,
		};

		for (k = 0; k < 2; k++) {
			memset(&c[k], 0, sizeof(c[k]));
			c[k].owner = current;
			attr.address = (unsigned long)&word[k];
			attr.data = &c[k];
			batch[k] = c[k].claim = wts_claim_create(&attr, &reason);
		}
		while (rounds--) {
			int n = get_random_u32() % 2 + 1;

			/* Four words in all: there is always room. */
			if (wts_claims_enable(batch, n, &reason)) {
				if (atomic_inc_return(&stress_refused) < 5)
					pr_info("# refused: %s\n", reason.text);
				continue;
			}
			for (k = 0; k < n; k++) {
				own = atomic_read(&c[k].own);
				for (i = 0; i < 5; i++)
					WRITE_ONCE(word[k], i);
				if (atomic_read(&c[k].own) != own + 5)
					atomic_inc(&stress_bad);
				wts_claim_disable(c[k].claim);
				for (i = 0; i < 5; i++)
					WRITE_ONCE(word[k], i);
				if (atomic_read(&c[k].own) != own + 5)
					atomic_inc(&stress_bad);
			}
			atomic_inc(&stress_rounds);
		}
		wts_claim_destroy(batch[0]);
		wts_claim_destroy(batch[1]);
		/* Freed now: a handler that still ran would spoil the next round. */
		memset(c, 0x5a, 2 * sizeof(*c));
		cond_resched();
	}
	kfree(c);
	return 0;
}

static void test_stress(void)
{
	struct task_struct *task[64] = { };
	int cpu, n = 0, i;
	bool ok = true;
	unsigned long end = jiffies + stress * HZ;

	if (!stress)
		return;
	for_each_online_cpu(cpu) {
		task[n] = kthread_create(hammer, NULL, "hammer/%d", cpu);
		if (cpu != 1)
			kthread_bind(task[n], cpu);
		n++;
	}
	for (i = 0; i < 3; i++)
		task[n++] = kthread_create(toggle, &words[2 * (i % 2)], "toggle/%d", i);
	for (i = 0; i < n; i++)
		wake_up_process(task[i]);
	while (time_before(jiffies, end)) {
		msleep(200);
		if (hotplug && num_possible_cpus() > 1) {
			CHECK(remove_cpu(1) == 0);
			msleep(20);
			CHECK(add_cpu(1) == 0);
		}
	}
	for (i = 0; i < n; i++)
		kthread_stop(task[i]);
	pr_info("# stress: %d rounds, %d refused, %d wrong\n", atomic_read(&stress_rounds),
		atomic_read(&stress_refused), atomic_read(&stress_bad));
	CHECK(!atomic_read(&stress_bad) && !atomic_read(&stress_refused) && atomic_read(&stress_rounds) > 5);
	result("stress", ok);
}

static void test_nothing_left(void)
{
	struct perf_event * __percpu *out[4];
	bool ok = true;
	int i;

	msleep(50);
	for (i = 0; i < 4; i++)
		CHECK(!IS_ERR((void __force *)(out[i] = outsider(i))));
	for (i = 0; i < 4; i++)
		if (!IS_ERR((void __force *)out[i]))
			unregister_wide_hw_breakpoint(out[i]);
	result("nothing-left", ok);
}

static int __init slots_test_init(void)
{
	pr_info("# %u CPUs\n", num_online_cpus());
	test_life();
	test_access();
	test_full();
	test_share();
	test_wide();
	test_batch();
	test_grant_then_arm();
	test_proc();
	test_sizes();
	test_disable_self();
	test_disable_irq();
	test_counts();
	test_forbidden();
	test_one_trap();
	test_outsiders();
	test_hotplug();
	test_stress();
	test_nothing_left();
	pr_info("done, %d failed\n", failed);
	return -EAGAIN;
}
module_init(slots_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots");
