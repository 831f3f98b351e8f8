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
#include <linux/kthread.h>
#include <linux/random.h>
#include <asm/cpu_entry_area.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/processor.h>

#include "check.h"

static int stress = 3;
module_param(stress, int, 0444);
static int hotplug = 1;
module_param(hotplug, int, 0444);
static int writes = 2000;
module_param(writes, int, 0444);

static ulong bp_per_reg;
module_param(bp_per_reg, ulong, 0444);
static ulong cpu_tlbstate_at;
module_param_named(cpu_tlbstate, cpu_tlbstate_at, ulong, 0444);

/* A claim of priority 0 that no handler enables. */
static struct wts_claim *create(struct client *c, unsigned long address, u64 length, u32 access,
				const char *name)
{
	return create_as(c, name, address, length, access, 0, 0);
}

static bool test_life(void)
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
	return ok;
}

static bool test_access(void)
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
	return ok;
}

static bool test_full(void)
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
	return ok;
}

static bool test_share(void)
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
	return ok;
}

static bool test_wide(void)
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
	return ok;
}

static bool test_batch(void)
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
	return ok;
}

static bool test_grant_then_arm(void)
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
	return ok;
}

/* Each run of blanks as one. */
static void squeeze(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ' || text[1] != ' ')
			*to++ = *text;
	*to = 0;
}

/* /proc/watchtap/slots, as a person reads it, and the same for a program. */
static bool test_proc(void)
{
	char *text = kzalloc(8192, GFP_KERNEL), name[128];
	struct client c, off;
	bool ok = true;

	if (!text)
		return false;
	CHECK(create(&c, (unsigned long)&words[0], 16, WTS_WRITE, "two words") && !enable(&c));
	CHECK(create(&off, (unsigned long)&words[3], 4, WTS_READ_WRITE, "idle"));
	WRITE_ONCE(words[1], 1);
	CHECK(read_file("/proc/watchtap/slots", text, 8192) > 0);
	pr_info("# /proc/watchtap/slots:\n%s", text);
	squeeze(text);
	snprintf(name, sizeof(name), "registers 4, taken 2, limit 4, outside 0; CPUs %*pbl; they fire: yes; ",
		 cpumask_pr_args(cpu_online_mask));
	CHECK(!strncmp(text, name, strlen(name)));
	CHECK(strstr(text, "\n0 armed ") && strstr(text, "\n1 armed ") && strstr(text, "\n2 free"));
	snprintf(name, sizeof(name), " 0x%016lx 8 write 0 1 0 two words (test) words+0x8\n",
		 (unsigned long)&words[1]);
	CHECK(strstr(text, name));
	snprintf(name, sizeof(name), " 0x%016lx 4 rw 0 0 0 idle (test) words+0x18\n",
		 (unsigned long)&words[3]);
	CHECK(strstr(text, "\n- off ") && strstr(text, name));

	CHECK(read_file("/proc/watchtap/slots.json", text, 8192) > 0);
	CHECK(strstr(text, "\"reserved\":2,") && strstr(text, "\"fires\":\"yes\""));
	CHECK(strstr(text, "\"name\":\"two words\",\"client\":\"test\",\"priority\":0,\"state\":\"armed\""));
	CHECK(strstr(text, "\"registers\":[0,1],\"hits\":1,\"arming\":0,\"stolen\":0"));
	CHECK(strstr(text, "\"name\":\"idle\",\"client\":\"test\",\"priority\":0,\"state\":\"off\""));
	wts_claim_destroy(c.claim);
	wts_claim_destroy(off.claim);
	kfree(text);
	return ok;
}

/* Clients that were built with another length of the structs. */
static bool test_sizes(void)
{
	struct {
		struct wts_claim_stats stats;
		u64 beyond;
	} s = { .stats.size = sizeof(s), .beyond = 7 };
	struct wts_reason reason = { .size = offsetof(struct wts_reason, text) + 8 };
	struct client c = { };
	struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = WTS_WRITE, .address = 8, .length = 8, .ops = &check_ops,
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
	return ok;
}

static void disable_it(struct client *c)
{
	wts_claim_disable(c->claim);
}

static bool test_disable_self(void)
{
	struct client c;
	bool ok = true;
	int i;

	CHECK(create(&c, (unsigned long)&words[0], 8, WTS_WRITE, "self"));
	c.on_hit = disable_it;
	for (i = 1; i <= 20; i++) {
		CHECK(enable(&c) == 0);
		WRITE_ONCE(words[0], 1);
		WRITE_ONCE(words[0], 2);
		WRITE_ONCE(words[0], 3);
		CHECK(atomic_read(&c.hits) == i);
	}
	wts_claim_destroy(c.claim);
	return ok;
}

static void disable_ipi(void *info)
{
	wts_claim_disable(info);
}

static bool test_disable_irq(void)
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
	return ok;
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

static bool test_counts(void)
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
	return ok;
}

static bool test_forbidden(void)
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
	return ok;
}

/* One that perf alone knows, asked for when there is no register to ask with. */
static bool test_forbidden_when_full(void)
{
	const unsigned long bad = cpu_tlbstate_at + per_cpu_offset(0);
	struct client c[REGISTERS], tlb;
	bool ok = true;
	int i;

	for (i = 0; i < REGISTERS; i++)
		CHECK(create(&c[i], (unsigned long)&words[i], 8, WTS_WRITE, "c") && !enable(&c[i]));
	CHECK(create_as(&tlb, "tlb", bad, 8, WTS_WRITE, 9, 0) && told("c+ c+ c+ c+"));
	CHECK(enable(&tlb) == -EACCES && why.cause == WTS_CAUSE_ADDRESS);
	wts_flush();
	for (i = 0; i < REGISTERS; i++)
		CHECK(fires(&c[i]));
	CHECK(state(&tlb) == WTS_OFF && !stats(&tlb).delivered && !stats(&tlb).arming);
	wts_claim_destroy(tlb.claim);
	for (i = 0; i < REGISTERS; i++)
		wts_claim_destroy(c[i].claim);
	return ok;
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

static bool test_one_trap(void)
{
	struct client wide, same, one;
	struct pt_regs regs;
	bool ok = true;

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
	return ok;
}

static bool test_outsiders(void)
{
	struct client c[3];
	bool ok = true;
	int i;

	for (i = 0; i < 2; i++)
		CHECK(outsider_comes(4 + i));
	for (i = 0; i < 3; i++)
		CHECK(create(&c[i], (unsigned long)&words[i], 8 + 8 * (i == 2), WTS_WRITE, "beside"));
	CHECK(enable(&c[0]) == 0);
	CHECK(enable(&c[2]) == -ENOSPC);
	CHECK(!strcmp(why.text, "2 registers are needed and 1 is free: 1 held by \"test\", 2 outside watchtap"));
	CHECK(enable(&c[1]) == 0);
	CHECK(enable(&c[2]) == -ENOSPC);
	CHECK(!strcmp(why.text, "no free register: 2 held by \"test\", 2 outside watchtap"));
	outsiders_go();
	CHECK(enable(&c[2]) == 0);
	for (i = 0; i < 3; i++)
		wts_claim_destroy(c[i].claim);

	/* Nothing is kept: an outsider can have all four, and we then none. */
	for (i = 0; i < 4; i++)
		CHECK(outsider_comes(i));
	CHECK(create(&c[0], (unsigned long)&words[0], 8, WTS_WRITE, "late") && enable(&c[0]) == -ENOSPC);
	CHECK(!strcmp(why.text, "no free register: 4 outside watchtap"));
	outsiders_go();
	CHECK(enable(&c[0]) == 0);
	wts_claim_destroy(c[0].claim);
	return ok;
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

static bool test_hotplug(void)
{
	struct perf_event *task_event[3];
	struct client c, d;
	bool ok = true;
	int hits, i;

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
		CHECK(!IS_ERR(task_event[i] = outsider_task(3 + i, 1)));
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
	CHECK(outsider_comes(0));
	outsiders_go();
	return ok;
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

struct toggled {
	struct client client;
	struct task_struct *owner;	/* hits made by this task are counted apart */
	atomic_t own;
};

static void count_own(struct client *c)
{
	struct toggled *t = container_of(c, struct toggled, client);

	if (t->owner == current)
		atomic_inc(&t->own);
}

/*
 * Enables and disables claims of its own pair of words.  What this very task
 * writes while a claim is enabled must be delivered, all of it, and what it
 * writes while the claim is disabled must not.
 */
static int toggle(void *data)
{
	unsigned long *word = data;
	struct toggled *c = kzalloc(2 * sizeof(*c), GFP_KERNEL);
	struct wts_reason reason = { .size = sizeof(reason) };

	while (!kthread_should_stop()) {
		struct wts_claim *batch[2];
		int i, k, own, rounds = get_random_u32() % 8 + 1;
		struct wts_claim_attr attr = {
			.size = sizeof(attr), .access = WTS_WRITE, .length = 8, .name = "stress",
			.client = "stress", .ops = &check_ops, .owner = THIS_MODULE,
		};

		for (k = 0; k < 2; k++) {
			memset(&c[k], 0, sizeof(c[k]));
			c[k].client.name = "stress";
			c[k].client.on_hit = count_own;
			c[k].owner = current;
			attr.address = (unsigned long)&word[k];
			attr.data = &c[k].client;
			batch[k] = c[k].client.claim = wts_claim_create(&attr, &reason);
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
				wts_claim_disable(c[k].client.claim);
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

static bool test_stress(void)
{
	struct task_struct *task[64] = { };
	int cpu, n = 0, i;
	bool ok = true;
	unsigned long end = jiffies + stress * HZ;

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
	return ok;
}

static int __init slots_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	pr_info("# %u CPUs\n", num_online_cpus());
	RUN(life);
	RUN(access);
	RUN(full);
	RUN(share);
	RUN(wide);
	RUN(batch);
	RUN(grant_then_arm);
	RUN(proc);
	RUN(sizes);
	RUN(disable_self);
	RUN(disable_irq);
	RUN(counts);
	RUN(forbidden);
	if (cpu_tlbstate_at && parameter_is("forbidden", "(null)"))
		RUN(forbidden_when_full);
	if (bp_per_reg)
		RUN(one_trap);
	RUN(outsiders);
	if (hotplug && num_online_cpus() > 1)
		RUN(hotplug);
	if (stress)
		RUN(stress);
	RUN(nothing_left);
	return check_end();
}
module_init(slots_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots");
