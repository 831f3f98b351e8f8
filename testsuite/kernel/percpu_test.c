// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Claims of per-CPU variables: each CPU watches its own copy.  With check.h.
 *
 * cpu_tlbstate: its value in /proc/kallsyms; perf alone knows that it is
 * forbidden, as this is run without the list (forbidden=).
 */
#define pr_fmt(fmt) "percpu_test: " fmt

#include <linux/cpu.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/processor.h>

#include "check.h"

#define WRITES	1000		/* of each CPU, side by side */

static unsigned long cpu_tlbstate;
module_param(cpu_tlbstate, ulong, 0444);

static DEFINE_PER_CPU(unsigned long, own[WORDS]);

/* What handlers count: hits on each CPU, by claim. */
struct counted {
	struct client c;		/* first */
	unsigned long __percpu *word;
	atomic_t on[NR_CPUS];
	atomic_t in_trap;		/* observe() in #DB */
};

static struct counted a, b;
static struct client p;

static void count_here(struct client *c)
{
	atomic_inc(&container_of(c, struct counted, c)->on[smp_processor_id()]);
}

static unsigned long number_of(const void __percpu *pointer)
{
	return (__force unsigned long)pointer;
}

/* A claim on so many words behind a __percpu pointer. */
static bool make_own(struct counted *counted, const char *name, unsigned long __percpu *word,
		     unsigned int n, s32 priority)
{
	memset(counted, 0, sizeof(*counted));
	if (!create_as(&counted->c, name, number_of(word), n * sizeof(*word), WTS_WRITE, priority,
		       WTS_PER_CPU | WTS_DYNAMIC))
		return false;
	counted->word = word;
	counted->c.on_hit = count_here;
	return true;
}

/* A write to one CPU's copy by another, or itself. */
struct writing {
	unsigned long __percpu *word;
	unsigned int copy;
};

static void write_copy(void *info)
{
	const struct writing *writing = info;

	WRITE_ONCE(*per_cpu_ptr(writing->word, writing->copy), 1);
}

static void write_by(unsigned int cpu, unsigned long __percpu *word, unsigned int copy)
{
	struct writing writing = { word, copy };

	smp_call_function_single(cpu, write_copy, &writing, 1);
}

/* Each online CPU writes each copy of the word: is that told once, by its owner alone? */
static bool counts_own(struct counted *counted)
{
	const int before = atomic_read(&counted->c.hits);
	unsigned int writer, copy;
	bool ok = true;

	for_each_online_cpu(writer)
		for_each_possible_cpu(copy) {
			const int on = atomic_read(&counted->on[writer]);

			write_by(writer, counted->word, copy);
			CHECK(atomic_read(&counted->on[writer]) == on + (writer == copy));
		}
	CHECK(atomic_read(&counted->c.hits) == before + num_online_cpus());
	CHECK(stats(&counted->c).delivered == atomic_read(&counted->c.hits));
	return ok;
}

static bool is_quiet_everywhere(struct counted *counted)
{
	const int before = atomic_read(&counted->c.hits);
	unsigned int cpu;

	for_each_online_cpu(cpu)
		write_by(cpu, counted->word, cpu);
	return atomic_read(&counted->c.hits) == before;
}

static bool test_own_copies(void)
{
	unsigned long __percpu *allocated = alloc_percpu(unsigned long);
	bool ok = true;

	CHECK(make_own(&a, "a", &own[0], 1, 0) && is_quiet_everywhere(&a) && enable(&a.c) == 0);
	CHECK(told("a+") && counts_own(&a) && a.c.observed_at_first_hit == 1);
	/* memory that was allocated is no different */
	CHECK(allocated && make_own(&b, "b", allocated, 1, 0) && enable(&b.c) == 0);
	CHECK(told("b+") && counts_own(&b) && counts_own(&a));
	wts_claim_disable(a.c.claim);
	CHECK(told("a-") && is_quiet_everywhere(&a) && counts_own(&b));
	DESTROY_ALL(&a.c, &b.c);
	free_percpu(allocated);
	return ok;
}

/* One copy, which all CPUs watch: a plain claim. */
static bool test_one_copy(void)
{
	const unsigned long copy = (unsigned long)per_cpu_ptr(&own[1], 1);
	bool ok = true;

	CHECK(create_as(&p, "p", copy, 8, WTS_WRITE, 0, 0) && enable(&p) == 0);
	write_by(0, &own[1], 0);
	CHECK(atomic_read(&p.hits) == 0);
	write_by(0, &own[1], 1);
	CHECK(atomic_read(&p.hits) == 1);
	write_by(1, &own[1], 1);
	CHECK(atomic_read(&p.hits) == 2);
	destroy(&p);
	return ok;
}

/* Sixteen bytes and eight more: three registers on each CPU, one claim. */
static bool test_several_ranges(void)
{
	const struct wts_range ranges[] = {
		{ number_of(&own[2]), 16 }, { number_of(&own[6]), 8 },
	};
	struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = WTS_WRITE, .name = "ranges", .client = "test",
		.ops = &check_ops, .data = &p, .owner = THIS_MODULE, .flags = WTS_PER_CPU,
		.ranges = ranges, .nranges = ARRAY_SIZE(ranges),
	};
	unsigned int i, cpu;
	bool ok = true;

	memset(&p, 0, sizeof(p));
	p.name = "p";
	p.claim = wts_claim_create(&attr, &why);
	CHECK(p.claim && enable(&p) == 0 && told("p+"));
	for_each_online_cpu(cpu)
		for (i = 0; i < 8; i++)
			write_by(cpu, &own[i], cpu);
	CHECK(atomic_read(&p.hits) == 3 * num_online_cpus());
	destroy(&p);
	return ok;
}

/* Three plain ones beside, so that all registers are in use. */
static struct client h[REGISTERS];

static bool hold_rest(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!make(&h[i], "h", i, 9) || enable(&h[i]))
			return false;
	return true;
}

static bool test_sharing(void)
{
	bool ok = true;

	CHECK(make_own(&a, "a", &own[4], 1, 0) && make_own(&b, "b", &own[4], 1, 0));
	CHECK(hold_rest(3) && enable(&a.c) == 0 && enable(&b.c) == 0 && told("h+ h+ h+ a+ b+"));
	CHECK(counts_own(&a) && atomic_read(&b.c.hits) == atomic_read(&a.c.hits) && counts_own(&b));
	wts_claim_disable(a.c.claim);
	CHECK(told("a-") && is_quiet_everywhere(&a) && counts_own(&b));
	DESTROY_ALL(&h[0], &h[1], &h[2], &a.c, &b.c);
	return ok;
}

/*
 * A plain claim and a per-CPU one of the same number: the plain one's word is
 * not what the number means to any CPU.
 */
static bool test_equal_numbers(void)
{
	const unsigned long address = (unsigned long)&words[8];
	bool ok = true;

	CHECK(create_as(&a.c, "a", address, 8, WTS_WRITE, 0, WTS_PER_CPU));
	CHECK(make(&p, "p", 8, 0) && hold_rest(2));
	CHECK(enable(&a.c) == 0 && fires(&h[0]) && poke(&a.c) == 0);
	CHECK(enable(&p) == 0 && told("h+ h+ a+ p+") && fires(&p) && !atomic_read(&a.c.hits));
	/* there were two registers, and both are gone */
	CHECK(make(&h[2], "h", 2, 0) && enable(&h[2]) == -ENOSPC);
	DESTROY_ALL(&h[0], &h[1], &h[2], &p, &a.c);
	return ok;
}

static bool test_stealing(void)
{
	bool ok = true;

	CHECK(make_own(&a, "a", &own[0], 1, 10) && make_own(&b, "b", &own[1], 1, 0));
	CHECK(hold_rest(3) && enable(&b.c) == 0 && counts_own(&b));
	CHECK(enable(&a.c) == 0 && told("h+ h+ h+ b+ b-:stolen a+") && counts_own(&a));
	CHECK(is_quiet_everywhere(&b) && wts_claim_disable(a.c.claim));
	CHECK(told("a- b+") && counts_own(&b) && is_quiet_everywhere(&a));
	DESTROY_ALL(&h[0], &h[1], &h[2], &a.c, &b.c);
	return ok;
}

static bool test_aim(void)
{
	const struct wts_range first = { number_of(&own[5]), 8 }, second = { number_of(&own[7]), 8 };
	const struct wts_range forbidden = { number_of(&cpu_dr7), 8 };
	struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = WTS_WRITE, .name = "aimed", .client = "test",
		.ops = &check_ops, .data = &a, .owner = THIS_MODULE,
		.flags = WTS_PER_CPU | WTS_DYNAMIC | WTS_AIMED_LATER,
	};
	bool ok = true;

	memset(&a, 0, sizeof(a));
	a.c.name = "a";
	a.c.on_hit = count_here;
	a.c.claim = wts_claim_create(&attr, &why);
	CHECK(a.c.claim && wts_claim_aim(a.c.claim, &first, 1, &why) == 0 && enable(&a.c) == 0);
	a.word = &own[5];
	CHECK(told("a+") && counts_own(&a));
	CHECK(wts_claim_disable(a.c.claim) && told("a-"));
	CHECK(wts_claim_aim(a.c.claim, &forbidden, 1, &why) == -EACCES);
	CHECK(wts_claim_aim(a.c.claim, &second, 1, &why) == 0 && enable(&a.c) == 0);
	CHECK(told("a+") && is_quiet_everywhere(&a));
	a.word = &own[7];
	CHECK(counts_own(&a));
	destroy(&a.c);
	return ok;
}

static bool test_hotplug(void)
{
	bool ok = true;

	CHECK(make_own(&a, "a", &own[0], 1, 0) && make_own(&b, "b", &own[1], 1, 0));
	CHECK(enable(&a.c) == 0 && counts_own(&a) && remove_cpu(1) == 0);
	CHECK(counts_own(&a) && enable(&b.c) == 0 && counts_own(&b));
	CHECK(add_cpu(1) == 0 && counts_own(&a) && counts_own(&b) && told("a+ b+"));
	/* enabled anew, and another one elsewhere, while the CPU is away */
	CHECK(remove_cpu(1) == 0 && wts_claim_disable(a.c.claim) && enable(&a.c) == 0);
	CHECK(wts_claim_disable(b.c.claim) && told("a- a+ b-") && add_cpu(1) == 0);
	CHECK(counts_own(&a) && is_quiet_everywhere(&b) && told(""));
	DESTROY_ALL(&a.c, &b.c);
	return ok;
}

static bool is_forbidden(unsigned long number, const char *what)
{
	const bool made = create_as(&p, "p", number, 8, WTS_WRITE, 0, WTS_PER_CPU);

	if (made)
		destroy(&p);
	pr_info("# %s\n", why.text);
	return !made && why.error == -EACCES && why.cause == WTS_CAUSE_ADDRESS &&
	       strstr(why.text, what) && strstr(why.text, "per-CPU 0x");
}

static bool test_forbidden(void)
{
	const unsigned long table = (unsigned long)__per_cpu_offset;
	bool ok = true;

	CHECK(is_forbidden(number_of(&cpu_tss_rw), "task state segment"));
	CHECK(is_forbidden(number_of(&gdt_page) + 8, "descriptor table"));
	CHECK(is_forbidden(number_of(&cpu_dr7), "debug register"));
	/* one CPU's copy is enough, and it need not be online */
	CHECK(is_forbidden(table - per_cpu_offset(0), "CPU 0's copy"));
	CHECK(is_forbidden(table - per_cpu_offset(1), "CPU 1's copy"));
	CHECK(remove_cpu(1) == 0 && is_forbidden(table - per_cpu_offset(1), "CPU 1's copy"));
	CHECK(add_cpu(1) == 0);
	CHECK(is_forbidden(0x1000 - per_cpu_offset(0), "user space"));
	CHECK(is_forbidden(0x8000000000000000 - per_cpu_offset(0), "not canonical"));
	CHECK(is_forbidden(-4 - per_cpu_offset(0), "beyond the last address"));
	/* a flag of a later version, and one that is none of the access's */
	CHECK(!create_as(&p, "p", number_of(&own[0]), 8, WTS_WRITE, 0, 2 * WTS_PER_CPU));
	CHECK(why.error == -EINVAL);
	CHECK(!create_as(&p, "p", number_of(&own[0]), 8, WTS_WRITE | 4, 0, 0));
	CHECK(why.error == -EINVAL);
	return ok;
}

/* Known to perf alone. */
static bool test_asked(void)
{
	const unsigned long other = cpu_tlbstate + per_cpu_offset(0) - per_cpu_offset(1);
	bool ok = true;

	if (!cpu_tlbstate)
		return true;
	CHECK(is_forbidden(cpu_tlbstate, "the kernel refuses it"));
	/* CPU 1's copy is CPU 0's tlbstate: each is asked about */
	CHECK(is_forbidden(other, "the kernel refuses it"));
	/* and where only a register of ours is left to ask with */
	CHECK(make_own(&a, "a", &own[0], 1, 0) && hold_rest(3) && enable(&a.c) == 0);
	CHECK(create_as(&b.c, "b", other, 8, WTS_WRITE, 20, WTS_PER_CPU) && told("h+ h+ h+ a+"));
	CHECK(enable(&b.c) == -EACCES && strstr(why.text, "per-CPU 0x"));
	/* it was granted a register before perf was asked */
	wts_flush();
	CHECK(counts_own(&a));
	destroy(&b.c);
	CHECK(make_own(&b, "b", &own[1], 1, 20) && enable(&b.c) == 0 && counts_own(&b));
	DESTROY_ALL(&h[0], &h[1], &h[2], &a.c, &b.c);
	return ok;
}

/* All write their own copies and each other's: the first alone are counted. */
static int write_many(void *unused)
{
	unsigned int i, cpu;

	for (i = 0; i < WRITES; i++)
		for_each_online_cpu(cpu)
			WRITE_ONCE(*per_cpu_ptr(&own[3], cpu), i);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static bool test_side_by_side(void)
{
	static struct task_struct *task[NR_CPUS];
	const int total = WRITES * num_online_cpus();
	unsigned int cpu;
	bool ok = true;

	CHECK(make_own(&a, "a", &own[3], 1, 0) && make_own(&b, "b", &own[3], 1, 0));
	CHECK(enable(&a.c) == 0 && enable(&b.c) == 0);
	for_each_online_cpu(cpu) {
		task[cpu] = kthread_create(write_many, NULL, "own/%u", cpu);
		kthread_bind(task[cpu], cpu);
	}
	for_each_online_cpu(cpu)
		wake_up_process(task[cpu]);
	(void)WAIT_FOR(stats(&a.c).delivered >= total, 20000);
	for_each_online_cpu(cpu) {
		kthread_stop(task[cpu]);
		CHECK(atomic_read(&a.on[cpu]) == WRITES && atomic_read(&b.on[cpu]) == WRITES);
	}
	CHECK(stats(&a.c).delivered == total && !stats(&a.c).arming);
	DESTROY_ALL(&a.c, &b.c);
	return ok;
}

/* Is it in the file? */
static bool shows(const char *path, const char *text)
{
	char *content = kvzalloc(SZ_64K, GFP_KERNEL);
	bool found = content && read_file(path, content, SZ_64K) > 0 && strstr(content, text);

	kvfree(content);
	return found;
}

static bool test_shown(void)
{
	char table[48], json[96];
	bool ok = true;

	CHECK(make_own(&a, "a", &own[0], 1, 0) && make(&p, "p", 0, 0));
	CHECK(enable(&a.c) == 0 && enable(&p) == 0);
	snprintf(table, sizeof(table), "  per-CPU 0x%lx ", number_of(&own[0]));
	CHECK(shows("/proc/watchtap/slots", table));
	snprintf(json, sizeof(json), "\"per_cpu\":true,\"length\":8,\"access\":\"write\"");
	CHECK(shows("/proc/watchtap/slots.json", json));
	snprintf(json, sizeof(json), "\"per_cpu\":false,\"length\":8,\"access\":\"write\"");
	CHECK(shows("/proc/watchtap/slots.json", json));
	/* no register of the hardware is called an outsider's */
	CHECK(shows("/proc/watchtap/slots.json", "\"hardware\":[]"));
	wts_claim_disable(a.c.claim);
	CHECK(shows("/proc/watchtap/slots", table));
	DESTROY_ALL(&a.c, &p);
	return ok;
}

static int __init percpu_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	RUN(own_copies);
	RUN(one_copy);
	RUN(several_ranges);
	RUN(sharing);
	RUN(equal_numbers);
	RUN(stealing);
	RUN(aim);
	RUN(hotplug);
	RUN(forbidden);
	RUN(asked);
	RUN(side_by_side);
	RUN(shown);
	RUN(nothing_left);
	return check_end();
}
module_init(percpu_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots' per-CPU claims");
