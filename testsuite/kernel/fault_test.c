// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Machines that do not do as they should: registers that do not fire, perf
 * that puts one out of action, CPUs that come with fewer than the others, an
 * administrator who wants his own.  With check.h.
 *
 *	insmod fault_test.ko bp_per_reg=HEX
 *
 * that symbol's value from /proc/kallsyms.  Where the arbiter was loaded with
 * fail_proof=1 only what that means is tried.
 */
#define pr_fmt(fmt) "fault_test: " fmt

#include <linux/cpu.h>

#include "check.h"

static ulong bp_per_reg;
module_param(bp_per_reg, ulong, 0444);

#define NO_TRAP "this machine's debug registers do not fire"

static struct client a, b, c, d, e;

static bool is_no_trap(void)
{
	bool ok = true;

	CHECK(why.error == -ENODEV && why.cause == WTS_CAUSE_NO_TRAP);
	CHECK(!strcmp(why.text, NO_TRAP));
	return ok;
}

/* Loaded so: nothing is ever granted, and nobody waits for it. */
static bool test_no_trap(void)
{
	struct client *const list[] = { &a, &b };
	struct wts_claim *claims[2];
	bool ok = true;
	int i;

	CHECK(make(&a, "a", 0, 5) && make_as(&b, "b", 1, 2, 0, 0));
	for (i = 0; i < 2; i++)
		claims[i] = list[i]->claim;
	CHECK(enable(&a) == -ENODEV && is_no_trap());
	CHECK(wts_claims_grant(claims, 2, &why) == -ENODEV && is_no_trap());
	CHECK(wts_claims_enable(claims, 2, NULL) == -ENODEV && told(""));
	CHECK(enable_here(&a, 0) == 0 && is_no_trap() && told("a!:no-trap"));
	CHECK(!strcmp(last_of(&a)->reason, NO_TRAP) && last_of(&a)->error == -ENODEV);
	CHECK(enable_here(&a, WTS_QUIET) == 0 && is_no_trap() && told(""));
	CHECK(enable_here(&a, WTS_LATER) == 0 && is_no_trap() && told("a!:no-trap"));
	CHECK(state(&a) == WTS_OFF && state(&b) == WTS_OFF && !wts_claim_disable(a.claim));
	CHECK(is_quiet(&a) && is_quiet(&b));
	DESTROY_ALL(&a, &b);
	return ok;
}

/* A CPU comes online whose registers do not fire; and then one whose do. */
static bool test_cpu_without_traps(void)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, 5) && make(&b, "b", 1, 5) && make(&c, "c", 2, 5) &&
	      make(&d, "d", 3, 5) && make(&e, "e", 4, 0));
	CHECK(ENABLE_ALL(&a, &b, &c, &d) == 0 && told("{a+ b+ c+ d+}"));
	CHECK(enable_here(&e, WTS_LATER) == 0 && told("e!"));
	CHECK(remove_cpu(1) == 0 && told("") && fires(&a));
	CHECK(set_parameter("fail_proof", "1") == 0);
	CHECK(add_cpu(1) == 0);
	CHECK(told("{a-:no-trap b-:no-trap c-:no-trap d-:no-trap e!:no-trap}"));
	CHECK(!strcmp(last_of(&a)->reason, NO_TRAP) && last_of(&a)->error == -ENODEV);
	CHECK(!strcmp(last_of(&e)->reason, NO_TRAP));
	CHECK(state(&a) == WTS_OFF && state(&d) == WTS_OFF && state(&e) == WTS_OFF);
	CHECK(is_quiet(&a) && is_quiet(&d));
	CHECK(enable(&a) == -ENODEV && is_no_trap());
	CHECK(enable_here(&a, WTS_LATER) == 0 && is_no_trap() && told("a!:no-trap"));

	CHECK(set_parameter("fail_proof", "0") == 0);
	CHECK(remove_cpu(1) == 0 && add_cpu(1) == 0);
	CHECK(told("") && state(&a) == WTS_OFF);	/* nobody is enabled again by itself */
	CHECK(ENABLE_ALL(&a, &b, &c, &d) == 0 && told("{a+ b+ c+ d+}"));
	CHECK(fires(&a) && fires(&b) && fires(&c) && fires(&d));
	DESTROY_ALL(&a, &b, &c, &d, &e);
	return ok;
}

/* The same with nothing but what the new CPU finds when it tries one. */
static bool test_cpu_without_traps_idle(void)
{
	bool ok = true;

	CHECK(make_as(&a, "a", 0, 1, 5, 0));
	CHECK(remove_cpu(1) == 0 && set_parameter("fail_proof", "1") == 0 && add_cpu(1) == 0);
	CHECK(set_parameter("fail_proof", "0") == 0);
	CHECK(enable_here(&a, WTS_LATER) == 0 && is_no_trap() && told("a!:no-trap"));
	CHECK(remove_cpu(1) == 0);
	/* without that CPU all fire */
	CHECK(enable(&a) == 0 && told("a+") && fires(&a));
	CHECK(add_cpu(1) == 0 && told("") && fires(&a));
	destroy(&a);
	return ok;
}

/* Disables the perf event behind a claim of one word. */
static bool put_out_of_action(unsigned int cpu, const struct client *client)
{
	struct perf_event **events = (void *)(bp_per_reg + per_cpu_offset(cpu)), *event;
	unsigned int i;

	for (i = 0; i < REGISTERS; i++) {
		event = READ_ONCE(events[i]);
		if (event && event->attr.bp_addr == (unsigned long)&words[client->word]) {
			perf_event_disable(event);
			return true;
		}
	}
	return false;
}

/*
 * perf puts an armed event out of action, and tells nobody: it is found out
 * within a second or so, and after a second more a register is taken anew.
 */
static bool test_perf_disables(void)
{
	bool ok = true;
	int cpu;

	CHECK(make(&a, "a", 0, 5) && make(&b, "b", 1, 5) && make(&c, "c", 2, 0));
	CHECK(ENABLE_ALL(&a, &b) == 0 && told("{a+ b+}"));
	for_each_online_cpu(cpu) {
		CHECK(put_out_of_action(cpu, &a));
		CHECK(told_within(4000, "a-:perf a+"));
		CHECK(!strcmp(last_as(&a, DISARMED)->reason,
			      "perf has put its register out of action"));
		CHECK(fires(&a) && fires(&b));
	}
	/* found out at once where something else is decided; who is weaker gives way */
	CHECK(put_out_of_action(0, &a));
	CHECK(enable(&c) == 0);
	CHECK(WAIT_FOR(fires(&a) && fires(&b) && fires(&c), 6000));
	wts_flush();
	nseen = nsteps;
	DESTROY_ALL(&a, &b, &c);
	CHECK(told("a- b- c-"));
	return ok;
}

/* All registers are held, so that there is no other to go to. */
static bool test_perf_disables_full(void)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, 1) && make(&b, "b", 1, 5) && make(&c, "c", 2, 5) &&
	      make(&d, "d", 3, 5));
	CHECK(ENABLE_ALL(&a, &b, &c, &d) == 0 && told("{a+ b+ c+ d+}"));
	CHECK(put_out_of_action(cpumask_last(cpu_online_mask), &d));
	/* d loses its own, and takes that of the weakest until there is another */
	CHECK(told_within(6000, "d-:perf a-:stolen d+ a+"));
	CHECK(fires(&a) && fires(&b) && fires(&c) && fires(&d));
	DESTROY_ALL(&a, &b, &c, &d);
	CHECK(told("a- b- c- d-"));
	return ok;
}

/* CPU 1 comes online where a task of an outsider has registers. */
static bool test_cpu_without_registers(void)
{
	struct perf_event *out[2] = { };
	bool ok = true;
	int i;

	CHECK(make(&a, "a", 0, 1) && make(&b, "b", 1, 9) && make(&c, "c", 2, 9) &&
	      make(&d, "d", 3, 2));
	CHECK(ENABLE_ALL(&a, &b, &c, &d) == 0 && told("{a+ b+ c+ d+}"));
	CHECK(remove_cpu(1) == 0 && told(""));
	CHECK(!IS_ERR(out[0] = outsider_task(8, 1)));
	CHECK(add_cpu(1) == 0);
	CHECK(told("a-:cpu") && state(&a) == WTS_WAITING);
	CHECK(!strcmp(last_of(&a)->reason, "CPU 1 came online and has no free register"));
	/* whoever was moved kept its gate open and was told nothing */
	CHECK(fires(&b) && fires(&c) && fires(&d) && is_quiet(&a));
	/* without that CPU there is room */
	CHECK(remove_cpu(1) == 0 && told_within(3000, "a+"));
	CHECK(!IS_ERR(out[1] = outsider_task(9, 1)));
	CHECK(add_cpu(1) == 0 && told("{a-:cpu d-:cpu}") && fires(&b) && fires(&c));
	for (i = 0; i < 2; i++)
		if (!IS_ERR_OR_NULL(out[i]))
			perf_event_release_kernel(out[i]);
	CHECK(told_within(3000, "{d+ a+}"));
	CHECK(fires(&a) && fires(&b) && fires(&c) && fires(&d));
	DESTROY_ALL(&a, &b, &c, &d);
	return ok;
}

/* Who waits for what outsiders have gets it as they go, the strongest first. */
static bool test_outsider_goes(void)
{
	bool ok = true;
	int i;

	CHECK(make_as(&a, "a", 0, 1, 1, 0) && make_as(&b, "b", 1, 1, 2, 0));
	for (i = 0; i < REGISTERS; i++)
		CHECK(outsider_comes(8 + i));
	CHECK(enable_here(&a, WTS_LATER) == 0 && why.cause == WTS_CAUSE_TAKEN && told("a!"));
	CHECK(enable_here(&b, WTS_LATER) == 0 && told("b!"));
	outsider_goes(8);
	CHECK(told_within(1500, "b+") && fires(&b));
	outsider_goes(9);
	CHECK(told_within(1500, "a+") && fires(&a));
	outsiders_go();
	DESTROY_ALL(&a, &b);
	return ok;
}

/* An outsider that finds none gets the one that is kept ready, at its next try. */
static bool test_outsider_refused(void)
{
	const bool sees = parameter_is("no_probes", "N");
	bool ok = true;

	CHECK(make(&a, "a", 0, 1) && make(&b, "b", 1, 1));
	CHECK(enable(&a) == 0 && told("a+"));
	/* one is held, one is kept ready */
	CHECK(outsider_comes(8) && outsider_comes(9) && !outsider_comes(10));
	msleep(200);
	CHECK(outsider_comes(10) == sees && fires(&a));
	CHECK(enable_here(&b, 0) == !sees && told(sees ? "b!" : "b+"));
	wts_claim_disable(b.claim);
	outsiders_go();
	/* it is kept ready again, after a while */
	CHECK(WAIT_FOR(enable_here(&b, WTS_QUIET) == 1, 5000));
	DESTROY_ALL(&a, &b);
	return ok;
}

/* The administrator wants some registers back, and gives them again. */
static bool test_limit(void)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, 4) && make(&b, "b", 1, 3) && make(&c, "c", 2, 2) &&
	      make(&d, "d", 3, 1));
	CHECK(ENABLE_ALL(&a, &b, &c, &d) == 0 && told("{a+ b+ c+ d+}"));
	CHECK(set_parameter("limit", "3") == 0 && told_within(2000, "d-:limit"));
	CHECK(!strcmp(last_of(&d)->reason, "the administrator's limit is 3 registers"));
	CHECK(state(&d) == WTS_WAITING && fires(&a) && fires(&b) && fires(&c));
	CHECK(set_parameter("limit", "1") == 0 && told_within(2000, "{b-:limit c-:limit}"));
	CHECK(fires(&a) && is_quiet(&b) && is_quiet(&c) && is_quiet(&d));
	CHECK(enable(&b) == -ENOSPC && why.cause == WTS_CAUSE_TAKEN && told(""));
	pr_info("# %s\n", why.text);
	CHECK(set_parameter("limit", "5") != 0);
	CHECK(set_parameter("limit", "4") == 0);
	CHECK(told_within(2000, "{b+ c+ d+}"));
	CHECK(fires(&a) && fires(&b) && fires(&c) && fires(&d));
	CHECK(set_parameter("limit", "0") == 0);
	CHECK(told_within(2000, "{a-:limit b-:limit c-:limit d-:limit}"));
	CHECK(set_parameter("limit", "4") == 0);
	CHECK(told_within(2000, "{a+ b+ c+ d+}"));
	DESTROY_ALL(&a, &b, &c, &d);
	return ok;
}

/*
 * A register goes whose holder stays: it moves. That leaves no gap where
 * registers are rewritten in place, and is told where it does.
 */
static bool test_moves(void)
{
	const char *moves = parameter_is("fail_retarget", "Y") ? "{a-:limit d-:limit d+}" : "a-:limit";
	bool ok = true;

	CHECK(make(&a, "a", 0, 1) && make(&b, "b", 1, 2) && make(&c, "c", 2, 2) &&
	      make(&d, "d", 3, 2));
	CHECK(enable(&a) == 0 && enable(&b) == 0 && enable(&c) == 0 && enable(&d) == 0 &&
	      told("a+ b+ c+ d+"));
	CHECK(set_parameter("limit", "3") == 0 && told_within(2000, moves));
	CHECK(fires(&b) && fires(&c) && fires(&d) && is_quiet(&a));
	CHECK(set_parameter("limit", "4") == 0 && told_within(2000, "a+"));
	DESTROY_ALL(&a, &b, &c, &d);
	return ok;
}

static int __init fault_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	if (parameter_is("fail_proof", "Y")) {
		RUN(no_trap);
	} else {
		if (num_online_cpus() > 1) {
			RUN(cpu_without_traps);
			RUN(cpu_without_traps_idle);
			RUN(cpu_without_registers);
		}
		if (bp_per_reg) {
			RUN(perf_disables);
			RUN(perf_disables_full);
		}
		RUN(outsider_goes);
		RUN(outsider_refused);
		RUN(limit);
		RUN(moves);
	}
	RUN(nothing_left);
	return check_end();
}
module_init(fault_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots: what may go wrong around it");
