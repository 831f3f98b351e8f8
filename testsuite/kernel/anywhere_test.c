// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the header says of "any context": a claim is enabled, disabled and
 * given another priority in interrupts, traps, probes and NMIs, and where the
 * arbiter itself was interrupted.  With check.h.
 */
#define pr_fmt(fmt) "anywhere_test: " fmt

#include <linux/hash.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#include "check.h"

static struct client h1, h2, h3, h4, trap, c, t;

/* What is to be done, and whether it has been; in whatever context. */
static void (*todo)(void);
static atomic_t done;

static void do_it(void)
{
	void (*what)(void) = xchg(&todo, NULL);

	if (what) {
		what();
		atomic_inc(&done);
	}
}

/*
 * A place is where todo is done.  enter() has it done there, once, and
 * returns afterwards; begin() and end() make the place; right() says, there,
 * whether it is what it claims to be.
 */
struct place {
	const char *name;
	int (*begin)(void);
	void (*end)(void);
	void (*enter)(void);
	bool (*right)(void);
	void (*on_trap)(struct client *c);	/* the claim "trap" does it */
};
static const struct place *here;
static bool was_right;

static void do_it_here(void)
{
	was_right = !here->right || here->right();
	do_it();
}

/* In a process. */
static void enter_process(void) { do_it_here(); }
static bool right_process(void) { return in_task() && !irqs_disabled(); }

/* In an IPI, sent by this CPU to the other, or to itself. */
static void ipi(void *unused) { do_it_here(); }

static void enter_ipi(void)
{
	smp_call_function_single(num_online_cpus() > 1 ? 1 : 0, ipi, NULL, 1);
}
static bool right_ipi(void) { return irqs_disabled(); }

/* In the interrupt of irq_work. */
static void irq_work_handler(struct irq_work *work) { do_it_here(); }
static struct irq_work hard_work = IRQ_WORK_INIT_HARD(irq_work_handler);

static void enter_irq_work(void)
{
	irq_work_queue(&hard_work);
	irq_work_sync(&hard_work);
}
static bool right_hardirq(void) { return in_hardirq(); }

/* In a timer's interrupt. */
static struct hrtimer timer;
static enum hrtimer_restart timer_handler(struct hrtimer *unused)
{
	do_it_here();
	return HRTIMER_NORESTART;
}

static int begin_timer(void)
{
#ifdef HAVE_HRTIMER_SETUP
	hrtimer_setup(&timer, timer_handler, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer.function = timer_handler;
#endif
	return 0;
}

static void enter_timer(void)
{
	hrtimer_start(&timer, ns_to_ktime(50000), HRTIMER_MODE_REL_HARD);
	(void)WAIT_FOR(!READ_ONCE(todo), 2000);
	hrtimer_cancel(&timer);		/* waits for the handler */
}

/* In a softirq. */
static void tasklet_handler(struct tasklet_struct *unused) { do_it_here(); }
static DECLARE_TASKLET(tasklet, tasklet_handler);

static void enter_softirq(void)
{
	tasklet_schedule(&tasklet);
	(void)WAIT_FOR(!READ_ONCE(todo), 2000);
	tasklet_unlock_wait(&tasklet);
}
static bool right_softirq(void) { return in_serving_softirq() && !irqs_disabled(); }

/* In the trap of another claim. */
static void on_trap(struct client *unused) { do_it_here(); }
static void enter_debug(void) { WRITE_ONCE(words[trap.word], 1); }
static bool right_debug(void) { return in_nmi() && irqs_disabled(); }

/* In probes.  The probed functions are our own. */
static noinline int probed_entry(int n)
{
	asm volatile("" : "+r" (n));
	return n + 1;
}

static noinline __used void probed_inside(void)
{
	asm volatile("nop; nop; nop; nop; nop; nop; nop; nop; nop; nop; nop; nop");
}

static int probe_handler(struct kprobe *unused, struct pt_regs *regs)
{
	do_it_here();
	return 0;
}

/* With this the probe is not replaced by a jump. */
static void probe_after(struct kprobe *unused, struct pt_regs *regs, unsigned long flags) { }

static int return_handler(struct kretprobe_instance *unused, struct pt_regs *regs)
{
	do_it_here();
	return 0;
}

static struct kprobe entry_probe, inside_probe;
static struct kretprobe return_probe;

static int begin_kprobe_ftrace(void)
{
	entry_probe = (struct kprobe){
		.addr = (void *)probed_entry, .pre_handler = probe_handler,
	};
	return register_kprobe(&entry_probe);
}
static void end_kprobe_ftrace(void) { unregister_kprobe(&entry_probe); }
static void enter_probed(void) { probed_entry(1); }

/*
 * Probes a function past its entry, which is ftrace's, at the first instruction
 * that begins there: by int3.
 */
static int probe_inside(struct kprobe *probe, const char *symbol, kprobe_pre_handler_t handler)
{
	unsigned int offset;
	int error = -EINVAL;

	for (offset = 5; error && offset < 24; offset++) {
		*probe = (struct kprobe){
			.symbol_name = symbol, .offset = offset, .pre_handler = handler,
			.post_handler = probe_after,
		};
		error = register_kprobe(probe);
	}
	return error;
}

static int begin_kprobe_int3(void)
{
	return probe_inside(&inside_probe, "anywhere_test:probed_inside", probe_handler);
}
static void end_kprobe_int3(void) { unregister_kprobe(&inside_probe); }
static void enter_inside(void) { probed_inside(); }

static int begin_kretprobe(void)
{
	return_probe = (struct kretprobe){
		.kp.addr = (void *)probed_entry, .handler = return_handler, .maxactive = 8,
	};
	return register_kretprobe(&return_probe);
}
static void end_kretprobe(void) { unregister_kretprobe(&return_probe); }
static bool right_int3(void) { return in_nmi() && irqs_disabled(); }

/* In a real NMI on the other CPU, or on this one. */
static int nmi_handler(unsigned int type, struct pt_regs *regs)
{
	if (!READ_ONCE(todo))
		return NMI_DONE;
	do_it_here();
	return NMI_HANDLED;
}
static int begin_nmi(void)
{
	return register_nmi_handler(NMI_LOCAL, nmi_handler, 0, "anywhere_test");
}
static void end_nmi(void) { unregister_nmi_handler(NMI_LOCAL, "anywhere_test"); }

static void enter_nmi_on(unsigned int cpu)
{
	const int before = atomic_read(&done);
	int patience = 2000000;

	preempt_disable();
	apic->send_IPI(cpu, NMI_VECTOR);
	while (atomic_read(&done) == before && patience--)
		cpu_relax();
	preempt_enable();
}
static void enter_nmi_other(void) { enter_nmi_on(!raw_smp_processor_id()); }
static void enter_nmi_self(void) { enter_nmi_on(raw_smp_processor_id()); }
static bool right_nmi(void) { return in_nmi() && irqs_disabled(); }

static const struct place places[] = {
	{ "process", NULL, NULL, enter_process, right_process },
	{ "ipi", NULL, NULL, enter_ipi, right_ipi },
	{ "irq-work", NULL, NULL, enter_irq_work, right_hardirq },
	{ "timer", begin_timer, NULL, enter_timer, right_hardirq },
	{ "softirq", NULL, NULL, enter_softirq, right_softirq },
	{ "debug-trap", NULL, NULL, enter_debug, right_debug, on_trap },
	{ "kprobe-entry", begin_kprobe_ftrace, end_kprobe_ftrace, enter_probed, NULL },
	{ "kprobe-int3", begin_kprobe_int3, end_kprobe_int3, enter_inside, right_int3 },
	{ "kretprobe", begin_kretprobe, end_kretprobe, enter_probed, NULL },
	{ "nmi-other", begin_nmi, end_nmi, enter_nmi_other, right_nmi },
	{ "nmi-self", begin_nmi, end_nmi, enter_nmi_self, right_nmi },
};

/* Has something done in the place where we are.  Was it? */
static bool there(void (*what)(void))
{
	const int before = atomic_read(&done);

	was_right = false;
	WRITE_ONCE(todo, what);
	here->enter();
	WRITE_ONCE(todo, NULL);
	return atomic_read(&done) == before + 1 && was_right;
}

/* What is done there. */
static int answer;
static struct wts_reason refusal;

static void do_enable_as(u32 flags)
{
	refusal.size = sizeof(refusal);
	refusal.cause = refusal.error = 0;
	answer = wts_claim_enable(c.claim, flags, &refusal);
}
static void do_enable(void) { do_enable_as(0); }
static void do_enable_later(void) { do_enable_as(WTS_LATER); }
static void do_enable_quiet(void) { do_enable_as(WTS_QUIET); }
static void do_disable(void) { answer = wts_claim_disable(c.claim); }
static void do_stronger(void) { wts_claim_set_priority(c.claim, 15); }
static void do_weaker(void) { wts_claim_set_priority(c.claim, 5); }
static void do_pair(void)
{
	do_enable();
	do_disable();
}

/* Three holders and the trap, then c: everything that a claim can be asked. */
static bool everything(void)
{
	bool ok = true;

	CHECK(make(&trap, "trap", 8, 100) && make(&h1, "h1", 1, 10) && make(&h2, "h2", 2, 10) &&
	      make(&h3, "h3", 3, 10) && make(&c, "c", 4, 5));
	trap.on_hit = here->on_trap;
	CHECK(ENABLE_ALL(&trap, &h1, &h2) == 0);
	wts_flush();
	nseen = nsteps;

	/* a register is free */
	CHECK(there(do_enable) && answer == 1 && told("c+") && fires(&c));
	CHECK(there(do_enable) && answer == 1 && told(""));
	CHECK(there(do_disable) && answer == 1 && is_quiet(&c) && told("c-"));
	CHECK(there(do_disable) && answer == 0 && told(""));
	CHECK(there(do_pair) && answer == 1 && told("c+ c-") && is_quiet(&c));
	CHECK(there(do_enable_later) && answer == 1 && told("c+"));
	CHECK(there(do_disable) && answer == 1 && told("c-"));

	/* none is */
	CHECK(enable(&h3) == 0 && told("h3+"));
	CHECK(there(do_enable) && answer == 0 && refusal.error == -ENOSPC && told("c!"));
	CHECK(!strcmp(refusal.text, "no free register: 4 held by \"test\""));
	CHECK(there(do_enable_quiet) && answer == 0 && refusal.error == -ENOSPC && told(""));
	CHECK(there(do_enable_later) && answer == 0 && told("c!") && state(&c) == WTS_WAITING);
	CHECK(there(do_disable) && answer == 1 && told("") && state(&c) == WTS_OFF);
	CHECK(there(do_enable_later) && answer == 0 && told("c!"));

	/* stronger, it steals; weaker, it gives back; stronger before it asks, too */
	CHECK(there(do_stronger) && told("h3-:stolen c+") && fires(&c) && is_quiet(&h3));
	CHECK(there(do_weaker) && told("c-:stolen h3+") && fires(&h3) && is_quiet(&c));
	CHECK(there(do_disable) && answer == 1 && told(""));
	CHECK(there(do_stronger) && told(""));
	CHECK(there(do_enable) && answer == 1 && told("h3-:stolen c+") && fires(&c));
	CHECK(there(do_disable) && answer == 1 && told("c- h3+") && fires(&h3));
	DESTROY_ALL(&c, &trap, &h1, &h2, &h3);
	return ok;
}

static void run_places(void)
{
	char name[32];
	unsigned int i;
	bool ok;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		here = &places[i];
		snprintf(name, sizeof(name), "from-%s", here->name);
		if ((only && strcmp(only, name)) ||
		    (here->enter == enter_nmi_other && num_online_cpus() < 2))
			continue;
		if (here->begin && here->begin()) {
			pr_info("# %s: cannot be made\n", name);
			result(name, false);
			continue;
		}
		nsteps = nseen = disorder = 0;
		ok = everything();
		if (here->end)
			here->end();
		result(name, ok && !disorder);
	}
}

/* In its own trap: it lets go, and asks again. */
static void off_and_on(struct client *client)
{
	struct wts_reason reason = { .size = sizeof(reason) };

	if (wts_claim_disable(client->claim) != 1 || wts_claim_is_open(client->claim) ||
	    wts_claim_disable(client->claim) != 0 ||
	    wts_claim_enable(client->claim, 0, &reason) != 1)
		disorder++;
}

static void weaker_itself(struct client *client)
{
	wts_claim_set_priority(client->claim, 1);
}

static bool test_own_trap(void)
{
	bool ok = true;
	int i;

	CHECK(make(&c, "c", 4, 5) && make(&t, "t", 5, 3) && make(&h1, "h1", 1, 10) &&
	      make(&h2, "h2", 2, 10) && make(&h3, "h3", 3, 10));
	CHECK(ENABLE_ALL(&h1, &h2, &h3, &c) == 0 && told("{h1+ h2+ h3+ c+}"));
	c.on_hit = off_and_on;
	for (i = 0; i < 20; i++) {
		WRITE_ONCE(words[c.word], 1);
		CHECK(told("c- c+"));
	}
	CHECK(atomic_read(&c.hits) == 20);
	c.on_hit = weaker_itself;
	CHECK(!enable_here(&t, WTS_LATER) && told("t!"));
	WRITE_ONCE(words[c.word], 1);
	CHECK(told("c-:stolen t+") && fires(&t));
	DESTROY_ALL(&c, &t, &h1, &h2, &h3);
	return ok;
}

/* A trap handler that hands its register on, again and again, on both CPUs. */
static void hand_on(struct client *client)
{
	struct client *other = client == &c ? &t : &c;

	wts_claim_disable(client->claim);
	wts_claim_enable(other->claim, WTS_LATER | WTS_QUIET, NULL);
}

static int write_two(void *unused)
{
	while (!kthread_should_stop()) {
		WRITE_ONCE(words[c.word], 1);
		WRITE_ONCE(words[t.word], 1);
		usleep_range(200, 400);
	}
	return 0;
}

static bool test_hand_on(void)
{
	struct task_struct *task[2];
	bool ok = true;
	int i;

	CHECK(make(&c, "c", 4, 5) && make(&t, "t", 5, 5) && make(&h1, "h1", 1, 10) &&
	      make(&h2, "h2", 2, 10) && make(&h3, "h3", 3, 10));
	c.on_hit = t.on_hit = hand_on;
	CHECK(ENABLE_ALL(&h1, &h2, &h3, &c) == 0);
	for (i = 0; i < 2; i++) {
		task[i] = kthread_create(write_two, NULL, "write/%d", i);
		kthread_bind(task[i], i % num_online_cpus());
		wake_up_process(task[i]);
	}
	msleep(1500);
	for (i = 0; i < 2; i++)
		kthread_stop(task[i]);
	CHECK(atomic_read(&c.hits) > 5 && atomic_read(&t.hits) > 5);
	pr_info("# handed on %d and %d times\n", atomic_read(&c.hits), atomic_read(&t.hits));
	wts_flush();
	CHECK(wts_claim_is_open(c.claim) + wts_claim_is_open(t.claim) >= 1);
	c.on_hit = t.on_hit = NULL;
	DESTROY_ALL(&c, &t, &h1, &h2, &h3);
	return ok;
}

/*
 * The arbiter is interrupted: vsnprintf(), which writes the reason of a
 * refusal under the arbiter's lock, is probed.  by is what the probe's handler
 * does when the task that is refused comes by.
 */
static struct kprobe under_lock;
static struct task_struct *interrupted;
static void (*by)(void);
static int answers[4];
static struct wts_reason busy[4];
static bool open_after;
static atomic_t came_by;

static int came(struct kprobe *unused, struct pt_regs *regs)
{
	if (current == READ_ONCE(interrupted) && READ_ONCE(by)) {
		void (*what)(void) = by;

		WRITE_ONCE(by, NULL);
		what();
		atomic_inc(&came_by);
	}
	return 0;
}

static void ask(unsigned int i, struct client *client, u32 flags)
{
	busy[i] = (struct wts_reason){ .size = sizeof(busy[i]) };
	answers[i] = wts_claim_enable(client->claim, flags, &busy[i]);
}

static bool was_busy(unsigned int i)
{
	return answers[i] == 0 && busy[i].error == -EBUSY && busy[i].cause == WTS_CAUSE_BUSY &&
	       *busy[i].text;
}

static void by_enable(void) { ask(0, &c, 0); }
static void by_enable_later(void) { ask(0, &c, WTS_LATER); }
static void by_disable(void)
{
	answers[0] = wts_claim_disable(c.claim);
	open_after = wts_claim_is_open(c.claim);
}
static void by_disable_enable(void)
{
	by_disable();
	ask(1, &c, WTS_LATER);
}
static void by_enable_disable(void)
{
	ask(1, &c, WTS_LATER);
	by_disable();
}
static void by_stronger(void) { wts_claim_set_priority(c.claim, 30); }
static void by_stronger_enable(void)
{
	by_stronger();
	ask(0, &c, WTS_LATER);
}
static void by_nmi(void)
{
	static const struct place self = { "nmi", NULL, NULL, enter_nmi_self, right_nmi };

	here = &self;
	if (!there(by_enable_later))
		answers[0] = -1;
}
/* The other CPU waits for the lock in an NMI, and gets it. */
static void nmi_elsewhere(void) { ask(0, &c, 0); }
static void by_nmi_elsewhere(void)
{
	static const struct place other = { "nmi" };

	here = &other;
	WRITE_ONCE(todo, nmi_elsewhere);
	apic->send_IPI(!raw_smp_processor_id(), NMI_VECTOR);
	udelay(300);
}

/* h4 is refused for want of a register, and interrupted as it is. */
static bool interrupt_by(void (*what)(void))
{
	const int before = atomic_read(&came_by);
	bool refused;

	memset(answers, 0xff, sizeof(answers));
	open_after = true;
	preempt_disable();
	WRITE_ONCE(interrupted, current);
	WRITE_ONCE(by, what);
	refused = !wts_claim_enable(h4.claim, WTS_QUIET, &refusal);
	WRITE_ONCE(by, NULL);
	WRITE_ONCE(interrupted, NULL);
	preempt_enable();
	return refused && refusal.error == -ENOSPC && atomic_read(&came_by) == before + 1;
}

static bool interrupted_tests(void)
{
	bool ok = true;

	/* h1 to h3 and trap hold; c is weaker, and h4 weakest of all */
	CHECK(make(&trap, "trap", 8, 100) && make(&h1, "h1", 1, 10) && make(&h2, "h2", 2, 10) &&
	      make(&h3, "h3", 3, 10) && make(&c, "c", 4, 5) && make(&h4, "h4", 5, 0));
	CHECK(ENABLE_ALL(&trap, &h1, &h2, &h3) == 0);
	wts_flush();
	nseen = nsteps;

	CHECK(interrupt_by(by_enable) && was_busy(0) && told("") && state(&c) == WTS_OFF);
	/* the wish is kept: it waits, and is told what it is told then */
	CHECK(interrupt_by(by_enable_later) && was_busy(0) && told("c!"));
	CHECK(state(&c) == WTS_WAITING && last_of(&c)->error == -ENOSPC);
	CHECK(interrupt_by(by_enable_later) && was_busy(0) && told(""));
	CHECK(interrupt_by(by_disable) && answers[0] == 1 && told("") && state(&c) == WTS_OFF);
	CHECK(interrupt_by(by_disable) && answers[0] == 0 && told(""));
	/* the last wish holds */
	CHECK(interrupt_by(by_enable_disable) && was_busy(1) && told("") && state(&c) == WTS_OFF);
	CHECK(interrupt_by(by_disable_enable) && was_busy(1) && told("c!"));
	CHECK(state(&c) == WTS_WAITING);
	/* a priority is kept, and put to use */
	CHECK(interrupt_by(by_stronger) && told("h3-:stolen c+") && fires(&c));
	CHECK(last_of(&c)->priority == 30);

	/* armed: the gate shuts at once, the rest follows */
	CHECK(interrupt_by(by_enable) && was_busy(0) && told("") && fires(&c));
	CHECK(interrupt_by(by_disable) && answers[0] == 1 && !open_after && told("c- h3+"));
	CHECK(is_quiet(&c) && state(&c) == WTS_OFF && fires(&h3));
	wts_claim_set_priority(c.claim, 5);
	CHECK(interrupt_by(by_stronger_enable) && was_busy(0) && told("h3-:stolen c+"));
	CHECK(fires(&c));
	CHECK(interrupt_by(by_disable_enable) && answers[0] == 1 && !open_after);
	/* between the two h3 was granted what c let go */
	CHECK(told("h3!:stolen c- c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c- h3+"));
	wts_claim_set_priority(c.claim, 5);

	/* an NMI, of this CPU and of the other */
	if (register_nmi_handler(NMI_LOCAL, nmi_handler, 0, "anywhere_test") == 0) {
		CHECK(interrupt_by(by_nmi) && was_busy(0) && told("c!") &&
		      state(&c) == WTS_WAITING);
		CHECK(wts_claim_disable(c.claim) == 1 && told(""));
		if (num_online_cpus() > 1) {
			CHECK(interrupt_by(by_nmi_elsewhere));
			CHECK(WAIT_FOR(!READ_ONCE(todo) && READ_ONCE(answers[0]) == 0, 500));
			CHECK(busy[0].error == -ENOSPC && told("c!"));
		}
		unregister_nmi_handler(NMI_LOCAL, "anywhere_test");
	}
	DESTROY_ALL(&c, &h4, &trap, &h1, &h2, &h3);
	return ok;
}

static bool test_interrupted_at_entry(void)
{
	bool ok = true;

	under_lock = (struct kprobe){ .symbol_name = "vsnprintf", .pre_handler = came };
	CHECK(register_kprobe(&under_lock) == 0);
	if (ok) {
		ok = interrupted_tests();
		unregister_kprobe(&under_lock);
	}
	return ok;
}

static bool test_interrupted_by_int3(void)
{
	bool ok = true;

	CHECK(probe_inside(&under_lock, "vsnprintf", came) == 0);
	if (ok) {
		ok = interrupted_tests();
		unregister_kprobe(&under_lock);
	}
	return ok;
}

/*
 * A crowd: NMIs, IPIs, trap handlers, processes and the probe under the lock
 * all at once enable and disable claims and give them priorities at random.
 * Judged by what each is told in the end; storm_test judges every hit.
 */
#define MANY 10
static struct client many[MANY];
static int crowd_seconds = 2;
module_param_named(crowd, crowd_seconds, int, 0444);
static atomic_t crowd_done;

/* Any number: the kernel's random ones have a lock, and this is asked for in NMIs too. */
static u32 any(void)
{
	static atomic_t last;

	return hash_32(atomic_add_return(0x9e3779b9, &last) ^ (u32)ktime_get_mono_fast_ns(), 32) >> 8;
}

static void ask_any(void)
{
	struct client *client = &many[any() % MANY];

	atomic_inc(&crowd_done);
	switch (any() % 8) {
	case 0:
	case 1:
		wts_claim_enable(client->claim, 0, NULL);
		break;
	case 2:
	case 3:
		wts_claim_enable(client->claim, WTS_LATER, NULL);
		break;
	case 4:
	case 5:
		wts_claim_disable(client->claim);
		break;
	case 6:
		wts_claim_set_priority(client->claim, any() % 8);
		break;
	default:
		wts_claim_enable(client->claim, WTS_QUIET, NULL);
	}
}

static void ask_on_hit(struct client *unused)
{
	if (any() % 4 == 0)
		ask_any();
}

static int ask_in_probe(struct kprobe *unused, struct pt_regs *regs)
{
	/* not in every call of printf on the machine */
	if (any() % 4 == 0)
		ask_any();
	return 0;
}

static int ask_in_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!READ_ONCE(todo))
		return NMI_DONE;
	ask_any();
	return NMI_HANDLED;
}

static void ask_in_ipi(void *unused) { ask_any(); }

static int asker(void *unused)
{
	while (!kthread_should_stop()) {
		unsigned int i, cpu = any() % num_online_cpus();

		for (i = 0; i < 20; i++)
			WRITE_ONCE(words[any() % WORDS], i);
		switch (any() % 6) {
		case 0:
			smp_call_function_single(cpu, ask_in_ipi, NULL, 1);
			break;
		case 1:
			preempt_disable();
			apic->send_IPI(cpu, NMI_VECTOR);
			preempt_enable();
			break;
		case 2: {
			struct wts_claim *claims[3];

			for (i = 0; i < 3; i++)
				claims[i] = many[any() % MANY].claim;
			wts_claims_enable(claims, 3, NULL);
			break;
		}
		case 3:
			usleep_range(100, 1000);
			break;
		default:
			ask_any();
		}
	}
	return 0;
}

static bool test_crowd(void)
{
	struct task_struct *task[3];
	bool ok = true;
	int i;

	for (i = 0; i < MANY; i++) {
		CHECK(make_as(&many[i], "m", i / 2 * 2, 1 + (i % 5 == 0), 0, WTS_DYNAMIC));
		many[i].on_hit = ask_on_hit;
	}
	under_lock = (struct kprobe){ .symbol_name = "vsnprintf", .pre_handler = ask_in_probe };
	CHECK(register_kprobe(&under_lock) == 0);
	CHECK(register_nmi_handler(NMI_LOCAL, ask_in_nmi, 0, "anywhere_test") == 0);
	WRITE_ONCE(todo, ask_any);
	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = kthread_run(asker, NULL, "crowd/%d", i);
	msleep(crowd_seconds * 1000);
	for (i = 0; i < ARRAY_SIZE(task); i++)
		kthread_stop(task[i]);
	WRITE_ONCE(todo, NULL);
	unregister_nmi_handler(NMI_LOCAL, "anywhere_test");
	unregister_kprobe(&under_lock);
	for (i = 0; i < MANY; i++)
		many[i].on_hit = NULL;
	wts_flush();
	for (i = 0; i < MANY; i++) {
		CHECK(many[i].is_armed == wts_claim_is_open(many[i].claim));
		CHECK(many[i].is_armed == (state(&many[i]) == WTS_ARMED));
		CHECK(!many[i].is_armed || fires(&many[i]));
	}
	pr_info("# crowd: %d requests, %u steps told\n", atomic_read(&crowd_done), nsteps);
	for (i = 0; i < MANY; i++)
		wts_claim_disable(many[i].claim);
	wts_flush();
	for (i = 0; i < MANY; i++) {
		CHECK(!many[i].is_armed && state(&many[i]) == WTS_OFF && is_quiet(&many[i]));
		CHECK(stats(&many[i]).delivered == atomic_read(&many[i].hits));
	}
	for (i = 0; i < MANY; i++)
		destroy(&many[i]);
	return ok;
}

static int __init anywhere_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	run_places();
	RUN(own_trap);
	RUN(hand_on);
	RUN(interrupted_at_entry);
	RUN(interrupted_by_int3);
	if (crowd_seconds)
		RUN(crowd);
	RUN(nothing_left);
	return check_end();
}
module_init(anywhere_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots: any context");
