/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aggregates, with adds on top of whatever is going on, and from other CPUs. */

#define KEYS	80		/* those that draw_keys() makes of "sd" */

static __thread bool armed;		/* interrupts may come */
static __thread int left = INT_MAX;	/* and so many of them */
static __thread bool reading;		/* what is interrupted reads or deletes: it has the lock */
static unsigned long started[KEYS], total;
static long least_seen, most_seen;	/* how far a read was from what was started */

static void key_of(unsigned int i, wt_datum *ret)
{
	ret[0].s = words[i / 8];
	ret[1].n = numbers[i % 8];
}

static void add_one(void)
{
	unsigned int i = draw(KEYS);
	wt_datum keys[2];

	key_of(i, keys);
	__atomic_fetch_add(&started[i], 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&total, 1, __ATOMIC_SEQ_CST);
	wt_map_add(context(), the_map, keys, i + 1, "here");
}

static long counted(unsigned int i)
{
	const struct wt_stat *stat;
	wt_datum keys[2];

	key_of(i, keys);
	stat = wt_map_stat(the_map, keys);
	return wt_stat_get(context(), stat, &the_map->stat, WT_STAT_COUNT, "here");
}

static void read_beneath(void)
{
	unsigned int i = draw(KEYS);
	long off;

	reading = true;
	off = counted(i);
	off -= __atomic_load_n(&started[i], __ATOMIC_SEQ_CST);
	reading = false;
	if (off < least_seen)
		least_seen = off;
	if (off > most_seen)
		most_seen = off;
}

static void walk_map(void)
{
	struct wt_loop_spec spec = { .sort = WT_SORT_STAT, .op = WT_STAT_SUM, .descending = true };
	struct wt_loop loop = { 0 };
	bool was = reading;

	reading = true;
	wt_loop_begin(context(), &loop, the_map, &spec, 20, "here");
	while (wt_loop_next(&loop))
		wt_stat_get(context(), wt_loop_value_stat(&loop), &the_map->stat, WT_STAT_AVG, "here");
	wt_loop_end(&loop);
	reading = was;
}

static void interrupt(void)
{
	if (!armed || !left || level + 1 >= WT_LEVELS || draw(100))
		return;
	left--;
	level++;
	if (the_aggregate)
		wt_aggregate_add(context(), the_aggregate, (total++, 3), "here");
	else if (reading || draw(4))
		add_one();
	else if (draw(3))
		read_beneath();
	else
		walk_map();
	level--;
}

/* Is every element in its chain and in the list once, and nothing else? */
static bool is_whole(struct wt_table *t)
{
	u32 number, before = 0, n = 0, chained = 0, i;

	for (number = t->first; number; before = number, number = wt_node(t, number)->next, n++) {
		wt_datum data[WT_MAX_KEYS];
		struct wt_key key;

		wt_key_of(&key, t->layout, wt_node(t, number), data);
		if (wt_node(t, number)->prev != before || wt_table_find(t, &key) != number)
			return false;
	}
	for (i = 0; i <= t->mask; i++)
		for (number = t->chains[i]; number; number = wt_node(t, number)->chain)
			chained++;
	return t->last == before && n == t->count && chained == n;
}

static bool all_whole(void)
{
	bool good = true;
	int cpu;

	for (cpu = 0; cpu < CPUS; cpu++) {
		struct wt_map_cpu *m = the_map->state->cpus[cpu];

		good = good && is_whole(&m->table) && !m->word.counter && !m->taken && !m->ready;
	}
	return good;
}

static void count_begin(void)
{
	memset(started, 0, sizeof(started));
	total = 0;
	least_seen = most_seen = 0;
	level = 0;
}

/* Sum of all elements; exact: each is what was started. */
static bool all_counted(bool exact, long *ret)
{
	bool good = true;
	unsigned int i;

	for (*ret = 0, i = 0; i < KEYS; i++) {
		long n = counted(i);

		*ret += n;
		good = good && (!exact || n == (long)started[i]);
	}
	return good;
}

static void test_interrupted(void)
{
	struct wt_map map = { .name = "m", .keys = "sd", .value = 'x', .entries = 100, .loops = 2,
			      .stat = { .hist = WT_HIST_LOG } };
	bool good = map_begin(&map);
	long sum;
	int i;

	count_begin();
	armed = true;
	for (i = 0; i < 60000; i++) {
		this_cpu = draw(CPUS);
		left = WT_PENDING;
		if (draw(20)) {
			add_one();
			continue;
		}
		reading = true;
		walk_map();
		counted(draw(KEYS));
		reading = false;
	}
	armed = false;
	left = INT_MAX;
	good = good && all_counted(true, &sum) && all_whole() && sum == (long)total;
	printf("# %lu values, reads were from %ld to %ld off\n", total, least_seen, most_seen);
	report(good && !lost[WT_LOSS_aggregate] && !lost[WT_LOSS_unread] && !context()->error,
	       "adds that interrupt one another are all counted");
	report(most_seen == 0 && least_seen >= -3 - WT_PENDING, "reads on top of an add are right");
	/* deletions as well, and an array that is too small */
	armed = true;
	for (i = 0; i < 60000; i++) {
		wt_datum keys[2];

		this_cpu = draw(CPUS);
		reading = true;
		key_of(draw(KEYS), keys);
		if (!draw(100))
			wt_map_clear(&map);
		else if (!draw(10))
			wt_map_delete_slice(&map, keys, draw(2) ? 1 : 2);
		else if (!draw(3))
			wt_map_delete(&map, keys);
		reading = false;
		add_one();
	}
	armed = false;
	good = all_whole();
	wt_map_clear(&map);
	good = good && all_counted(false, &sum) && !sum && !wt_map_has_slice(&map, NULL, 3);
	report(map_end() && good, "deletions that are interrupted leave the tables whole");
	map.entries = 9;
	map.wraps = true;
	good = map_begin(&map);
	armed = true;
	for (i = 0; i < 60000; i++) {
		this_cpu = draw(CPUS);
		add_one();
	}
	armed = false;
	good = good && all_whole() && map.state->cpus[0]->table.count == 9 && !context()->error;
	report(map_end() && good, "tables that wrap are whole after interrupted adds");
	this_cpu = 0;
}

static void test_scalar(void)
{
	struct wt_aggregate aggregate = { .name = "a", .stat = { .hist = WT_HIST_LOG } };
	const struct wt_stat *stat;
	bool good;
	int i;

	the_aggregate = &aggregate;
	good = !wt_aggregates_alloc() && !wt_aggregate_read(&aggregate)->count;
	count_begin();
	armed = true;
	for (i = 0; i < 100000; i++) {
		this_cpu = draw(CPUS);
		total++;
		wt_aggregate_add(context(), &aggregate, 3, "here");
	}
	armed = false;
	stat = wt_aggregate_read(&aggregate);
	good = good && stat->count == (long)total && stat->sum == 3 * (long)total && stat->min == 3 &&
	       stat->max == 3 && stat->bucket[66] == (long)total;
	wt_aggregate_clear(&aggregate);
	good = good && !wt_aggregate_read(&aggregate)->count;
	wt_aggregate_add(context(), &aggregate, -7, "here");
	stat = wt_aggregate_read(&aggregate);
	good = good && stat->count == 1 && stat->max == -7 && stat->bucket[61] == 1 && !stat->bucket[66];
	wt_aggregates_free();
	report(good && !allocated, "an aggregate that is added to at all levels of all CPUs");
	the_aggregate = NULL;
	this_cpu = 0;
}

static void test_pending(void)
{
	struct wt_map map = { .name = "m", .keys = "sd", .value = 'x', .entries = 2, .loops = 1 };
	wt_datum keys[2], others[2];
	bool good = map_begin(&map);
	struct wt_map_cpu *m = map.state->cpus[0];
	int i;

	key_of(1, keys);
	key_of(2, others);
	wt_map_add(context(), &map, others, 1, "here");
	m->word.counter = 1;			/* its adder is interrupted */
	wt_map_delete(&map, others);
	for (i = 0; i < WT_PENDING; i++)
		wt_map_add(context(), &map, keys, 5, "here");
	good = good && lost[WT_LOSS_aggregate] == 1 && !wt_map_stat(&map, keys) &&
	       wt_map_has(&map, others);
	wt_word_give(m);
	good = good && wt_map_stat(&map, keys)->sum == 5 * (WT_PENDING - 1) &&
	       !wt_map_has(&map, others);
	report(good && !lost[WT_LOSS_unread] && all_whole(),
	       "what is pending is done when the word is let go");
	m->word.counter = 3;			/* a reader on another CPU, for ever */
	wt_map_add(context(), &map, others, 1, "here");
	good = !wt_map_stat(&map, keys) && lost[WT_LOSS_unread] == 1 && lost[WT_LOSS_aggregate] == 1;
	m->word.counter = 0;
	good = good && wt_map_stat(&map, keys) && wt_map_has(&map, others);
	report(good, "a CPU that is stuck is waited for in vain, and counted");
	key_of(3, keys);
	wt_map_add(context(), &map, keys, 1, "here");
	good = context()->error && strstr(context()->error, "array m is full: it has 2 elements");
	context()->error = NULL;
	this_cpu = 1;
	wt_map_add(context(), &map, keys, 1, "here");
	good = good && !context()->error;
	walk_map();
	report(map_end() && good && context()->error, "an array that is full says so");
	this_cpu = 0;
}

static void *be_cpu(void *data)
{
	int i;

	this_cpu = (long)data;
	dice_throw(this_cpu);
	armed = true;
	for (i = 0; i < 100000; i++) {
		/* the lock of the globals: only CPU 0 reads; no interrupt is let in to read */
		reading = this_cpu;
		add_one();
		if (!this_cpu && !draw(500)) {
			walk_map();
			reading = true;
			counted(draw(KEYS));
		}
	}
	return NULL;
}

static void test_threads(void)
{
	struct wt_map map = { .name = "m", .keys = "sd", .value = 'x', .entries = KEYS, .loops = 2 };
	bool good = map_begin(&map);
	pthread_t threads[CPUS];
	long i, sum;

	count_begin();
	for (i = 0; i < CPUS; i++)
		good = good && !pthread_create(&threads[i], NULL, be_cpu, (void *)i);
	for (i = 0; good && i < CPUS; i++)
		pthread_join(threads[i], NULL);
	all_counted(false, &sum);
	printf("# %lu values, %lu lost, %lu tables unread\n", total, lost[WT_LOSS_aggregate],
	       lost[WT_LOSS_unread]);
	good = good && all_whole() && sum + lost[WT_LOSS_aggregate] == total;
	report(map_end() && good, "values that threads add are counted or lost");
}
