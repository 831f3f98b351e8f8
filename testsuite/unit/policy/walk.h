/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every sequence of operations up to a length, breadth first.  A state that was
 * reached before is not gone on from again: all that can follow depends on
 * nothing but what is packed into its key.  States that differ only in the
 * numbers of registers, or of claims that are alike, have one key; so that all
 * numbers get their turn, a key is unpacked to registers in one of eight orders.
 */
#ifndef WALK_H
#define WALK_H

#include "step.h"

#define WALK_CLAIMS	5
#define WALK_PRIORITIES	3
#define WALK_REGISTERS	4

/*
 * A state as a number: for each claim 7 bits (off, waits or holds; priority;
 * rank by seniority), for each register 4 (usable; what it watches, a piece's
 * number counted from 1), and 1 for settled.  When that is set, what registers
 * watch follows from who holds, and is not packed.
 */
typedef uint64_t state_key;

struct reached {
	state_key key;
	unsigned int from;		/* the state before, and how it went on */
	struct op op;
};

static struct {
	struct world world;		/* the one in which the steps are taken */
	unsigned int like[WALK_CLAIMS];	/* the first claim that is like this one */
	struct reached *reached;
	unsigned int n, room;
	unsigned int *table;		/* index + 1 in reached, by hash of the key */
	unsigned int table_bits;
	unsigned int from;		/* the state that is gone on from */
	struct op op;
	bool last;			/* it is the last step: no matter where it leads */
} walk;

/* Are claims alike: the same pieces, or as many that nobody else has? */
static bool alike(const struct world *w, unsigned int a, unsigned int b, bool unsettled)
{
	const uint64_t all = (1u << w->n) - 1;

	if (w->ids[a] == w->ids[b])
		return true;
	return !unsettled && count(w->ids[a]) == count(w->ids[b]) &&
	       !(w->ids[a] & pieces_of(w, all & ~(1u << a))) &&
	       !(w->ids[b] & pieces_of(w, all & ~(1u << b)));
}

/* The largest first. */
static void sort(unsigned int *values, const unsigned int *like, unsigned int n)
{
	unsigned int i, j, swap;

	for (i = 1; i < n; i++)
		for (j = 0; j < i; j++)
			if ((!like || like[i] == like[j]) && values[i] > values[j]) {
				swap = values[i];
				values[i] = values[j];
				values[j] = swap;
			}
}

static unsigned int rank(const struct world *w, unsigned int i)
{
	unsigned int j, elder = 0;

	for (j = 0; j < w->n; j++)
		elder += takes_part(&w->claims[j]) && w->claims[j].seniority < w->claims[i].seniority;
	return elder;
}

static state_key pack(const struct world *w)
{
	unsigned int registers[WALK_REGISTERS], claims[WALK_CLAIMS], i, k, id;
	state_key key = 0;

	for (i = 0; i < WALK_REGISTERS; i++)
		registers[i] = (w->usable >> i & 1) << 3;
	for (i = 0; i < w->n; i++) {
		const struct wts_policy_claim *claim = &w->claims[i];

		claims[i] = 0;
		if (!takes_part(claim))
			continue;
		claims[i] = (claim->holds ? 2 : 1) | claim->priority << 2 | rank(w, i) << 4;
		k = 0;
		if (claim->holds && !w->settled)
			FOR_EACH(id, w->ids[i])
				registers[claim->slot[k++]] |= id + 1;
	}
	sort(claims, walk.like, w->n);
	sort(registers, NULL, WALK_REGISTERS);
	for (i = 0; i < w->n; i++)
		key = key << 7 | claims[i];
	for (i = 0; i < WALK_REGISTERS; i++)
		key = key << 4 | registers[i];
	return key << 1 | w->settled;
}

static size_t hash(state_key key)
{
	return (key * 0x9e3779b97f4a7c15ull) >> (64 - walk.table_bits);
}

static void unpack(struct world *w, state_key key)
{
	const unsigned int turn = (key * 0x9e3779b97f4a7c15ull) >> 61;
	unsigned int home[8] = { 0 }, next = 0, i, k, id, slot;

	w->settled = key & 1;
	w->usable = 0;
	key >>= 1;
	for (i = WALK_REGISTERS; i-- > 0; key >>= 4) {
		slot = w->arch->registers < WALK_REGISTERS ? i :
		       (i * (turn & 1 ? 3 : 1) + turn / 2) % WALK_REGISTERS;
		home[key & 7] = slot;
		w->usable |= (key >> 3 & 1) << slot;
	}
	if (w->settled)
		memset(home, 0xff, sizeof(home));
	w->seniority = w->n;
	for (i = w->n; i-- > 0; key >>= 7) {
		struct wts_policy_claim *claim = &w->claims[i];

		set_off(claim);
		if (!(key & 3))
			continue;
		claim->holds = (key & 3) == 2;
		claim->waits = !claim->holds;
		claim->priority = key >> 2 & 3;
		claim->seniority = 1 + (key >> 4 & 7);
		k = 0;
		if (claim->holds)
			FOR_EACH(id, w->ids[i]) {
				if (home[id + 1] >= WALK_REGISTERS) {
					while (!(w->usable >> next & 1))
						next++;
					home[id + 1] = next++;
				}
				claim->slot[k++] = home[id + 1];
			}
	}
}

static void grow(void)
{
	unsigned int i;
	size_t h;

	walk.room = walk.room ? 2 * walk.room : 1u << 16;
	walk.table_bits = 1 + lowest(walk.room);
	walk.reached = realloc(walk.reached, walk.room * sizeof(*walk.reached));
	free(walk.table);
	walk.table = calloc(2 * (size_t)walk.room, sizeof(*walk.table));
	if (!walk.reached || !walk.table) {
		printf("not ok - %s # out of memory\n", part);
		exit(1);
	}
	for (i = 0; i < walk.n; i++) {
		for (h = hash(walk.reached[i].key); walk.table[h]; h = (h + 1) % (2 * walk.room))
			;
		walk.table[h] = i + 1;
	}
}

static void reach(const struct world *w)
{
	const state_key key = pack(w);
	size_t h;

	for (h = hash(key); walk.table[h]; h = (h + 1) % (2 * walk.room))
		if (walk.reached[walk.table[h] - 1].key == key)
			return;
	walk.reached[walk.n] = (struct reached){ .key = key, .from = walk.from, .op = walk.op };
	walk.table[h] = ++walk.n;
	if (walk.n == walk.room)
		grow();
}

/* The way to a state; each has its own numbers of claims and registers. */
static void print_path(unsigned int state)
{
	const struct reached *r = &walk.reached[state];
	struct world w = walk.world;

	if (r->from != state) {
		print_path(r->from);
		print_op(&r->op);
	}
	unpack(&w, r->key);
	printf("#  registers 0x%lx", w.usable);
	print_claims("", &w, w.claims);
}

static void print_walk(void)
{
	print_path(walk.from);
	print_op(&walk.op);
}

/* Goes on from a state by one operation.  Returns whether a batch was granted. */
static bool go(struct op op)
{
	const state_key key = walk.reached[walk.from].key;
	const bool settled = walk.world.settled;
	bool granted;

	walk.op = op;
	granted = run(&walk.world, &op);
	if (op.kind == ADD && settled && !granted)
		return false;		/* as if nothing had happened */
	if (!walk.last)
		reach(&walk.world);
	unpack(&walk.world, key);
	return granted;
}

/* Who holds asks for nothing; who waits asks with the priority that it has. */
static bool may_ask(unsigned int i, int priority)
{
	const struct wts_policy_claim *claim = &walk.world.claims[i];

	return !claim->holds && (!claim->waits || claim->priority == priority);
}

static void go_by_asking(unsigned int a, int priority)
{
	struct op op = { .kind = ADD, .claims = 1 << a, .priority = priority };
	unsigned int b;

	if (!may_ask(a, priority))
		return;
	/* Granted, it is the same whatever was to happen otherwise. */
	if (!go(op) && !walk.world.claims[a].waits) {
		op.kind = LATER;
		go(op);
		op.kind = ADD;
	}
	for (b = a + 1; b < WALK_CLAIMS; b++)
		for (op.others = 0; op.others < WALK_PRIORITIES; op.others++) {
			op.claims = 1 << a | 1 << b;
			if (may_ask(b, op.others))
				go(op);
		}
}

static void go_by_change(bool unsettled)
{
	struct op op = { .unsettled = unsettled };
	unsigned int i;

	for (i = 0; i < WALK_CLAIMS; i++) {
		const int priority = walk.world.claims[i].priority;

		if (!takes_part(&walk.world.claims[i]))
			continue;
		op.claims = 1 << i;
		op.kind = REMOVE;
		go(op);
		op.kind = PRIORITY;
		for (op.priority = 0; op.priority < WALK_PRIORITIES; op.priority++)
			if (op.priority != priority)
				go(op);
	}
	op.kind = REGISTERS;
	op.claims = 0;
	for (op.usable = 0; op.usable < 1u << walk.world.arch->registers; op.usable++)
		if (op.usable != walk.world.usable || !walk.world.settled)
			go(op);
}

/* Goes on from a state by everything that can happen. */
static void go_on(bool unsettled)
{
	unsigned int i;
	int priority;

	for (i = 0; i < WALK_CLAIMS; i++)
		for (priority = 0; priority < WALK_PRIORITIES; priority++)
			go_by_asking(i, priority);
	go_by_change(false);
	if (unsettled)
		go_by_change(true);
}

/* All sequences of so many steps, from so many registers as there are down to none. */
static void walk_all(const struct arch *arch, const uint64_t *shapes, unsigned int steps,
		     bool unsettled)
{
	unsigned int i, registers, end;

	memset(&walk.world, 0, sizeof(walk.world));
	walk.world.arch = arch;
	walk.world.n = WALK_CLAIMS;
	walk.world.settled = true;
	for (i = 0; i < WALK_CLAIMS; i++)
		set_shape(&walk.world, i, shapes[i]);
	for (i = 0; i < WALK_CLAIMS; i++)
		for (walk.like[i] = 0; !alike(&walk.world, i, walk.like[i], unsettled);)
			walk.like[i]++;
	print_sequence = print_walk;
	walk.n = walk.room = 0;
	walk.last = false;
	grow();
	for (registers = 0; registers <= arch->registers; registers++) {
		walk.world.usable = (1ul << registers) - 1;
		walk.from = walk.n;
		reach(&walk.world);
	}
	for (i = 0; steps; steps--) {
		walk.last = steps == 1;
		for (end = walk.n; i < end; i++) {
			walk.from = i;
			unpack(&walk.world, walk.reached[i].key);
			if (pack(&walk.world) != walk.reached[i].key)
				violated(&walk.world, walk.world.claims, "the walk forgets things");
			check_state(&walk.world);
			go_on(unsettled);
		}
	}
	total.states += walk.n;
	free(walk.reached);
	free(walk.table);
	walk.reached = NULL;
	walk.table = NULL;
}

#endif
