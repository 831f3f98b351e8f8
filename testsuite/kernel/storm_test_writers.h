/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writers.  The value of each write says who wrote it, where, and which of
 * his writes it is; the handler finds it in a register of the writer's, so no
 * later write can stand in for it.  A trap comes before the next instruction,
 * so what a write came to is known to its writer when it is done: he notes
 * that, with the time, and whether the gate was open before and after.
 */
#ifndef STORM_TEST_WRITERS_H
#define STORM_TEST_WRITERS_H

#include "storm_test_log.h"

/* One write, for one claim. */
struct record {
	u64 begin;		/* before the gate was looked at for the first time */
	u32 hit_begin;		/* nanoseconds after begin */
	u32 hit_end;
	u32 end;		/* after the gate was looked at for the second time */
	u32 life;
	u32 sequence;
	u8 writer;
	u8 hits;
	bool open;		/* both times, and the CPU is one that arming covers */
	u8 cpu;
};

struct writer {
	struct task_struct *task;
	unsigned int number;
	u64 series;
	u64 sequence;		/* of the write under way */
	struct {
		u32 hits;
		u32 life;
		u64 begin;
		u64 end;
	} got[ARRAY_SIZE(places)];	/* what the write under way came to */
	u32 outside;		/* and to an outsider */
	struct record *record;
	unsigned int n, max;
	u64 writes;
	u64 unkept;		/* records that there was no room for */
	u64 inactive;		/* writes that were lost on a CPU that was not active yet */
};

static struct writer *writers;
static unsigned int nwriters;
static DEFINE_PER_CPU(unsigned long, hits_here);

#define VALUE(writer, word, sequence) \
	(0xa5ull << 56 | (u64)(writer) << 48 | (u64)(word) << 40 | (sequence))
#define VALUE_WRITER(value)	((value) >> 48 & 0xff)
#define VALUE_WORD(value)	((value) >> 40 & 0xff)
#define VALUE_SEQUENCE(value)	((value) & 0xffffffffff)

static noinline __noclone void storm_store(u64 *word, u64 value)
{
	asm volatile("mov %1, %0" : "=m" (*word) : "a" (value) : "memory");
}

/* A trap's instruction pointer is the next instruction, just after the store. */
static bool is_store(unsigned long ip)
{
	return ip - (unsigned long)storm_store < 32;
}

/* Whose write has trapped, or NULL.  In the handler. */
static struct writer *trapped_writer(const struct pt_regs *regs)
{
	const u64 value = regs->ax;
	struct writer *writer = &writers[VALUE_WRITER(value)];

	if (!is_store(regs->ip) || value >> 56 != 0xa5 ||
	    VALUE_WRITER(value) >= nwriters || writer->task != current ||
	    VALUE_SEQUENCE(value) != writer->sequence)
		return NULL;
	return writer;
}

/* Another CPU's copy, which nobody sees: the value is no word's.  On that CPU. */
static void write_elsewhere(struct writer *writer, unsigned int cpu, unsigned int word)
{
	unsigned int other;

	for_each_possible_cpu(other)
		if (other != cpu)
			storm_store(word_on(other, word), VALUE(writer->number, WORDS + OUTSIDE,
								writer->sequence));
}

static void perform_next(enum context context, struct life *own);

static void hit(void *data, struct pt_regs *regs)
{
	struct life *life = data;
	u64 begin = now();
	struct writer *writer = trapped_writer(regs);
	unsigned int place = life->place - places;

	if (!writer || !watches(life->place, VALUE_WORD(regs->ax))) {
		WRONG(IDENTITY, "a hit for life %u (%s) that no writer has made: ip %pS, value %lx",
		      number_of(life), life->place->name, (void *)regs->ip, regs->ax);
		return;
	}
	if (READ_ONCE(life->ended))
		WRONG(WINDOW, "a hit after the end of life %u (%s)", number_of(life),
		      life->place->name);
	writer->got[place].hits++;
	writer->got[place].life = number_of(life);
	writer->got[place].begin = begin;
	life->hits[writer->number]++;
	this_cpu_inc(hits_here);
	perform_next(HIT, life);
	writer->got[place].end = now();
}

static void outside_hit(struct perf_event *event, struct perf_sample_data *data,
			struct pt_regs *regs)
{
	struct writer *writer = trapped_writer(regs);

	if (writer)
		writer->outside++;
	else
		WRONG(OUTSIDERS, "a hit that no writer has made: ip %pS", (void *)regs->ip);
}

/* Who may use a life keeps it from ending.  Any context. */
static bool life_use(struct life *life)
{
	int users;

	if (!life)
		return false;
	users = atomic_read(&life->users);
	do {
		if (users & CLOSING)
			return false;
	} while (!atomic_try_cmpxchg(&life->users, &users, users + 1));
	return true;
}

static void life_leave(struct life *life)
{
	atomic_dec(&life->users);
}

static u32 after(u64 begin, u64 time)
{
	return min_t(u64, time - begin, U32_MAX);
}

/* Notes what a write came to for one place. */
static void keep_record(struct writer *writer, unsigned int place, u64 begin, u64 end,
			const struct life *life, bool open, unsigned int cpu)
{
	const u32 hits = writer->got[place].hits;
	struct record *record;

	if (!hits && !open)
		return;
	if (hits > 1)
		WRONG(ONCE, "write %llu of writer %u was delivered %u times to \"%s\"",
		      writer->sequence, writer->number, hits, places[place].name);
	if (writer->n == writer->max) {
		writer->unkept++;
		return;
	}
	record = &writer->record[writer->n++];
	*record = (struct record){
		.begin = begin, .end = after(begin, end), .hits = hits, .cpu = cpu,
		.writer = writer->number, .sequence = writer->sequence,
		.life = hits ? writer->got[place].life : number_of(life),
	};
	record->open = open && life && record->life == number_of(life);
	if (hits) {
		record->hit_begin = after(begin, writer->got[place].begin);
		record->hit_end = after(begin, writer->got[place].end);
	}
}

/*
 * One write, with all that is known about it.  Arming covers the CPUs where
 * tasks of users run: a kernel thread may come to run on a CPU earlier, while
 * it comes online.  (Interrupts are on throughout.)
 */
static void write_word(struct writer *writer, unsigned int word)
{
	struct life *life[WATCHERS] = { };
	unsigned int place[WATCHERS], n = 0, i, cpu;
	bool open[WATCHERS] = { }, active;
	u64 begin, end;

	for (i = 0; i < nplaces; i++)
		if (watches(&places[i], word))
			place[n++] = i;
	for (i = 0; i < n; i++) {
		writer->got[place[i]].hits = 0;
		life[i] = READ_ONCE(places[place[i]].life);
		if (!life_use(life[i]))
			life[i] = NULL;
	}
	writer->sequence++;
	writer->writes++;

	begin = now();
	for (i = 0; i < n; i++)
		open[i] = life[i] && wts_claim_is_open(life[i]->claim);
	preempt_disable();
	cpu = smp_processor_id();
	active = cpu_active(cpu);
	if (is_own(word))
		write_elsewhere(writer, cpu, word);
	storm_store(word_on(cpu, word), VALUE(writer->number, word, writer->sequence));
	preempt_enable();
	for (i = 0; i < n; i++)
		open[i] = open[i] && wts_claim_is_open(life[i]->claim);
	end = now();

	for (i = 0; i < n; i++) {
		writer->inactive += open[i] && !active && !writer->got[place[i]].hits;
		keep_record(writer, place[i], begin, end, life[i], open[i] && active, cpu);
		if (life[i])
			life_leave(life[i]);
	}
}

static void write_outside(struct writer *writer, unsigned int k);

static void write_any(struct writer *writer)
{
	unsigned int word = draw(&writer->series, WORDS + OUTSIDE);

	if (word < WORDS)
		write_word(writer, word);
	else
		write_outside(writer, word - WORDS);
}

/* Here or there; not while a CPU comes or goes. */
static void move_about(struct writer *writer)
{
	unsigned int cpu = draw(&writer->series, 2 * nr_cpu_ids);

	if (!cpus_read_trylock())
		return;
	if (cpu < nr_cpu_ids && cpu_online(cpu))
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
	else
		set_cpus_allowed_ptr(current, cpu_possible_mask);
	cpus_read_unlock();
}

static unsigned int schedule_front(void);

/* A writer that keeps records faster than the schedule goes on is to wait. */
static bool writes_too_fast(const struct writer *writer)
{
	return (u64)writer->n * operations > (u64)(schedule_front() + 10) * writer->max;
}

static noinline void storm_probed(struct writer *writer);

static int writer_thread(void *data)
{
	struct writer *writer = data;
	unsigned int n;

	while (!kthread_should_stop()) {
		for (n = draw(&writer->series, 32) + 1; n; n--)
			write_any(writer);
		storm_probed(writer);
		if (writes_too_fast(writer) || !draw(&writer->series, 2))
			usleep_range(200, 200 + draw(&writer->series, 3000));
		else
			cond_resched();
		if (!draw(&writer->series, 40))
			move_about(writer);
	}
	return 0;
}

static void writers_free(void)
{
	unsigned int i;

	for (i = 0; writers && i < WRITERS; i++)
		vfree(writers[i].record);
	vfree(writers);
}

/* The first are writers alone, then come the threads of schedule.h.  Undone by writers_free(). */
static int writers_init(void)
{
	unsigned int i;

	nwriters = min_t(unsigned int, num_possible_cpus(), WRITERS - THREADS) + THREADS;
	writers = vzalloc(WRITERS * sizeof(*writers));
	if (!writers)
		return -ENOMEM;
	for (i = 0; i < nwriters; i++) {
		writers[i].number = i;
		writers[i].series = mix(seed + i + 1);
		writers[i].max = records ?: clamp(operations * 25, 20000u, 250000u);
		if (i >= nwriters - THREADS)
			writers[i].max = operations * 6 + 1000;
		writers[i].record = vzalloc(array_size(writers[i].max, sizeof(struct record)));
		if (!writers[i].record)
			return -ENOMEM;
	}
	return 0;
}

#endif
