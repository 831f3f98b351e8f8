// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Aggregates that are not in an array: a slot for each CPU and level, so that
 * adding needs no lock: contexts of one level do not nest on a CPU, and what
 * interrupts an add is of another level and has another slot.
 *
 * A reader copies each slot until its sequence says that nobody wrote meanwhile,
 * or until it has tried often enough: then its writer is stuck, or has been
 * interrupted by this very reader, and the value that is being added is seen in
 * part. Clearing writes no slot: it begins a new generation. A slot of another one
 * counts as empty, and whoever adds to it empties it first.
 */
#define WT_COPY_TRIES	32

struct wt_slot {
	u32 sequence;		/* odd: being written */
	u32 generation;
	struct wt_stat stat;
};

struct wt_aggregate_state {
	struct wt_stat_kind kind;
	u32 generation;		/* from 1: a slot that was never written is of none */
	u32 slot_bytes;		/* a multiple of the cache line */
	unsigned char **slots;	/* by CPU: WT_LEVELS of them */
	struct wt_slot *copy;	/* the reader's */
	struct wt_stat *sum;
};

static struct wt_slot *wt_slot(const struct wt_aggregate_state *s, int cpu, unsigned int level)
{
	return (struct wt_slot *)(s->slots[cpu] + (size_t)level * s->slot_bytes);
}

void wt_aggregate_add(struct wt_ctx *c, struct wt_aggregate *aggregate, long v, const char *place)
{
	const struct wt_aggregate_state *s = aggregate->state;
	struct wt_slot *slot = wt_slot(s, raw_smp_processor_id(), container_of(c, struct wt_context, c)->level);
	u32 generation = READ_ONCE(s->generation);

	WRITE_ONCE(slot->sequence, slot->sequence + 1);
	smp_wmb();
	if (unlikely(slot->generation != generation)) {
		wt_stat_clear(&slot->stat, &s->kind);
		slot->generation = generation;
	}
	wt_stat_add(&slot->stat, &s->kind, v);
	smp_wmb();
	WRITE_ONCE(slot->sequence, slot->sequence + 1);
}

/* Word by word: what is torn is then torn between words. */
static void wt_slot_words(struct wt_slot *dst, const struct wt_slot *src, u32 bytes)
{
	unsigned long *to = (unsigned long *)dst;
	const unsigned long *from = (const unsigned long *)src;
	u32 i;

	for (i = 0; i < bytes / sizeof(*to); i++)
		to[i] = READ_ONCE(from[i]);
}

static void wt_slot_copy(const struct wt_aggregate_state *s, const struct wt_slot *slot)
{
	u32 tries, bytes = offsetof(struct wt_slot, stat) + s->kind.bytes;

	for (tries = 1; tries <= WT_COPY_TRIES; tries++) {
		u32 before = smp_load_acquire(&slot->sequence);

		if (before & 1 && tries < WT_COPY_TRIES) {
			cpu_relax();
			continue;
		}
		wt_slot_words(s->copy, slot, bytes);
		smp_rmb();
		if (READ_ONCE(slot->sequence) == before)
			break;
	}
}

const struct wt_stat *wt_aggregate_read(struct wt_aggregate *aggregate)
{
	const struct wt_aggregate_state *s = aggregate->state;
	unsigned int level;
	int cpu;

	wt_stat_clear(s->sum, &s->kind);
	for_each_possible_cpu(cpu) {
		for (level = 0; level < WT_LEVELS; level++) {
			const struct wt_slot *slot = wt_slot(s, cpu, level);

			if (READ_ONCE(slot->generation) != s->generation)
				continue;
			wt_slot_copy(s, slot);
			if (s->copy->generation == s->generation)
				wt_stat_merge(s->sum, &s->copy->stat, &s->kind);
		}
	}
	return s->sum;
}

void wt_aggregate_clear(struct wt_aggregate *aggregate)
{
	WRITE_ONCE(aggregate->state->generation, aggregate->state->generation + 1);
}

static void wt_aggregate_free(struct wt_aggregate *aggregate)
{
	struct wt_aggregate_state *s = aggregate->state;
	int cpu;

	if (!s)
		return;
	for_each_possible_cpu(cpu)
		if (s->slots)
			kvfree(s->slots[cpu]);
	kvfree(s->slots);
	kvfree(s->copy);
	kvfree(s->sum);
	kvfree(s);
	aggregate->state = NULL;
}

static int wt_aggregate_alloc(struct wt_aggregate *aggregate)
{
	struct wt_aggregate_state *s;
	int cpu, error;

	s = kvzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	aggregate->state = s;
	s->generation = 1;
	error = wt_stat_kind_init(&s->kind, &aggregate->stat);
	if (error)
		return error;
	s->slot_bytes = ALIGN(offsetof(struct wt_slot, stat) + s->kind.bytes, SMP_CACHE_BYTES);
	s->copy = kvzalloc(s->slot_bytes, GFP_KERNEL);
	s->sum = kvzalloc(s->kind.bytes, GFP_KERNEL);
	s->slots = kvcalloc(nr_cpu_ids, sizeof(*s->slots), GFP_KERNEL);
	if (!s->copy || !s->sum || !s->slots)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		s->slots[cpu] = kvzalloc_node((size_t)WT_LEVELS * s->slot_bytes, GFP_KERNEL,
					      cpu_to_node(cpu));
		if (!s->slots[cpu])
			return -ENOMEM;
	}
	return 0;
}

static void wt_aggregates_free(void)
{
	unsigned int i;

	for (i = 0; i < wt_script.aggregate_count; i++)
		wt_aggregate_free(wt_script.aggregates[i]);
}

/* Process context; 0 or an errno, then nothing is left allocated. */
static int wt_aggregates_alloc(void)
{
	unsigned int i;

	for (i = 0; i < wt_script.aggregate_count; i++) {
		int error = wt_aggregate_alloc(wt_script.aggregates[i]);

		if (error) {
			wt_aggregates_free();
			return error;
		}
	}
	return 0;
}
