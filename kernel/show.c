// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the arbiter looks like at one moment: copied under the locks, then
 * printed as a table or as JSON.
 */
#include "slots.h"

#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/seq_file.h>

/* One claim. */
struct wts_row {
	const struct wts_claim *claim;	/* for what is constant */
	struct wts_claim_stats stats;
	struct wts_aim aim;
	struct wts_policy_claim place;
	unsigned long slots;
	u64 since;
	char reason[WTS_REASON_LEN];
};

/* A register of a CPU that is in use now, and not by us. */
struct wts_stranger {
	unsigned int cpu;
	unsigned int index;
	struct wts_piece piece;
};

struct wts_view {
	u64 now;
	unsigned long taken;
	unsigned int outside;
	struct wts_target slot[WTS_ARCH_REGISTERS];	/* what is held; share: is it? */
	unsigned int n;
	struct wts_row *row;
	unsigned int nstrangers;
	struct wts_stranger *stranger;	/* up to WTS_ARCH_REGISTERS for each CPU */
	atomic_t strangers;
};

static const char * const wts_state_names[] = {
	[WTS_OFF] = "off", [WTS_ARMING] = "arming", [WTS_ARMED] = "armed",
	[WTS_RELEASING] = "releasing", [WTS_WAITING] = "waiting",
};

static const char *wts_access_name(unsigned int access)
{
	return (access & ~WTS_OWN_COPY) == WTS_WRITE ? "write" : "rw";
}

/* The symbol an address is in, with what is past it; "" if none. */
static void wts_symbol(u64 address, char *ret, size_t size)
{
	char text[KSYM_SYMBOL_LEN], *end;

	sprint_symbol(text, address);
	end = strstr(text, "+0x");
	if (!end) {
		*ret = 0;
		return;
	}
	/* name+0xOFFSET/0xSIZE [module] */
	end[strcspn(end, "/")] = 0;
	if (!strcmp(end, "+0x0"))
		*end = 0;
	strscpy(ret, text, size);
}

/* The last thing that was told of a claim that has no register.  Under the lock. */
static const char *wts_last_reason(const struct wts_claim *claim)
{
	const struct wts_event *a = &claim->notes[WTS_NOTE_DISARMED].event;
	const struct wts_event *b = &claim->notes[WTS_NOTE_UNAVAILABLE].event;

	return claim->has ? "" : a->sequence > b->sequence ? a->reason : b->reason;
}

/* Under both locks. */
static void wts_view_claims(struct wts_view *view)
{
	struct wts_section section;
	struct wts_claim *claim;
	unsigned int k;

	wts_lock_must_enter(&section);
	view->now = ktime_get_mono_fast_ns();
	view->outside = wts_outside;
	list_for_each_entry(claim, &wts_claims, link) {
		struct wts_row *row = &view->row[view->n++];

		row->claim = claim;
		row->stats.size = sizeof(row->stats);
		wts_claim_stats(claim, &row->stats);
		row->aim = claim->aim;
		row->place = claim->place;
		row->slots = wts_claim_slots(claim);
		row->since = claim->since;
		strscpy(row->reason, wts_last_reason(claim), sizeof(row->reason));
		for (k = 0; row->slots && k < claim->place.pieces; k++) {
			struct wts_target *target = &view->slot[claim->place.slot[k]];

			target->piece = claim->place.piece[k];
			target->share = (struct wts_share *)claim->share;
		}
	}
	wts_lock_leave(&section);
}

/* Is that register one that we have taken?  On that CPU, interrupts off. */
static bool wts_is_own(const struct wts_piece *piece)
{
	const struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	unsigned int slot;

	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++) {
		struct perf_event *event = READ_ONCE(me->reg[slot].event);

		if (event && event->attr.bp_addr == piece->address)
			return true;
	}
	return false;
}

/* IPI. */
static void wts_view_hardware(void *info)
{
	struct wts_view *view = info;
	struct wts_piece piece;
	unsigned int i;

	for (i = 0; i < WTS_ARCH_REGISTERS; i++)
		if (wts_arch_hardware(i, &piece) && !wts_is_own(&piece))
			view->stranger[atomic_inc_return(&view->strangers) - 1] =
				(struct wts_stranger){ smp_processor_id(), i, piece };
}

static void wts_print_row(struct seq_file *m, const struct wts_view *view,
			  const struct wts_row *row, int slot, const struct wts_piece *piece)
{
	char symbol[KSYM_NAME_LEN], label[12] = "-", address[32];

	wts_symbol(piece->address, symbol, sizeof(symbol));
	if (slot >= 0)
		snprintf(label, sizeof(label), "%d", slot);
	snprintf(address, sizeof(address), piece->access & WTS_OWN_COPY ? "per-CPU 0x%llx" :
		 "0x%016llx", piece->address);
	seq_printf(m, "%-8s  %-9s  %8llu.%01llu  %-18s  %6u  %-6s  %8d  %10llu  %6llu  %*pE (%*pE)",
		   label, wts_state_names[row->stats.state],
		   row->since ? (view->now - row->since) / NSEC_PER_SEC : 0,
		   row->since ? (view->now - row->since) / (NSEC_PER_SEC / 10) % 10 : 0,
		   address, piece->length, wts_access_name(piece->access), row->place.priority,
		   row->stats.delivered, row->stats.stolen,
		   (int)strlen(row->claim->name), row->claim->name,
		   (int)strlen(row->claim->client), row->claim->client);
	if (*symbol)
		seq_printf(m, "  %s", symbol);
	if (*row->reason)
		seq_printf(m, ": %*pE", (int)strlen(row->reason), row->reason);
	seq_putc(m, '\n');
}

/* A claim that has no register: what it would watch. */
static void wts_print_off(struct seq_file *m, const struct wts_view *view,
			  const struct wts_row *row)
{
	unsigned int i;

	/* none for one that is not aimed yet: of a pool of claims most are not */
	for (i = 0; i < row->aim.nranges; i++) {
		const struct wts_range *range = &row->aim.range[i];
		const struct wts_piece whole = { range->address, range->length, row->claim->access };

		wts_print_row(m, view, row, -1, &whole);
	}
}

static const char *wts_fires_name(void)
{
	static const char * const names[] = {
		[WTS_UNPROVEN] = "unproven", [WTS_FIRES] = "yes", [WTS_DOES_NOT_FIRE] = "no",
	};

	return names[wts_fires()];
}

static const char *wts_mechanism_name(void)
{
	return wts_mechanism == WTS_RETARGET ? "retarget" : "modify";
}

/* For people.  With wts_mutex held. */
static void wts_print_table(struct seq_file *m, const struct wts_view *view)
{
	unsigned int slot, i, k;

	seq_printf(m, "registers %u, taken %u, limit %u, outside %u; CPUs %*pbl; they fire: %s; mechanism: %s\n",
		   WTS_ARCH_REGISTERS, (unsigned int)hweight_long(view->taken),
		   READ_ONCE(wts_limit), view->outside, cpumask_pr_args(&wts_cpus),
		   wts_fires_name(), wts_mechanism_name());
	seq_puts(m, "register  state       seconds  address             length  access  priority        hits  stolen  claim (client)  symbol\n");
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++) {
		for (i = 0; i < view->n; i++)
			for (k = 0; k < view->row[i].place.pieces; k++)
				if (view->row[i].slots & BIT(slot) &&
				    wts_policy_same(&view->row[i].place.piece[k],
						    &view->slot[slot].piece))
					wts_print_row(m, view, &view->row[i], slot,
						      &view->slot[slot].piece);
		if (!view->slot[slot].share)
			seq_printf(m, "%-8u  %s\n", slot, view->taken & BIT(slot) ?
				   "parked" : "free or outside watchtap");
	}
	for (i = 0; i < view->n; i++)
		if (!view->row[i].slots)
			wts_print_off(m, view, &view->row[i]);
	for (i = 0; i < view->nstrangers; i++)
		seq_printf(m, "outside watchtap: CPU %u register %u: 0x%016llx, %u bytes, %s\n",
			   view->stranger[i].cpu, view->stranger[i].index,
			   view->stranger[i].piece.address, view->stranger[i].piece.length,
			   wts_access_name(view->stranger[i].piece.access));
	if (atomic_read(&wts_refusals))
		seq_printf(m, "outside watchtap: %d found no free register, the last was %*pE\n",
			   atomic_read(&wts_refusals),
			   (int)strnlen(wts_last_refusal.command, TASK_COMM_LEN),
			   wts_last_refusal.command);
}

/* A JSON string; a byte that is not ASCII stands for the character of its number. */
static void wts_print_string(struct seq_file *m, const char *key, const char *text)
{
	seq_printf(m, ",\"%s\":\"", key);
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			seq_printf(m, "\\%c", *text);
		else if (*text >= ' ' && *text < 127)
			seq_putc(m, *text);
		else
			seq_printf(m, "\\u%04x", (unsigned char)*text);
	seq_putc(m, '"');
}

/* ours: of a claim, not what a register of the hardware has. */
static void wts_print_piece(struct seq_file *m, const struct wts_piece *piece, bool ours)
{
	char symbol[KSYM_NAME_LEN];

	seq_printf(m, ",\"address\":\"0x%llx\"", piece->address);
	if (ours) {
		wts_symbol(piece->address, symbol, sizeof(symbol));
		wts_print_string(m, "symbol", symbol);
		seq_printf(m, ",\"per_cpu\":%s", piece->access & WTS_OWN_COPY ? "true" : "false");
	}
	seq_printf(m, ",\"length\":%u,\"access\":\"%s\"", piece->length,
		   wts_access_name(piece->access));
}

static void wts_print_json_slot(struct seq_file *m, const struct wts_view *view, unsigned int slot)
{
	const char *comma = "";
	unsigned int i;

	seq_printf(m, "%s{\"register\":%u,\"state\":\"%s\"", slot ? "," : "", slot,
		   view->slot[slot].share ? "held" :
		   view->taken & BIT(slot) ? "parked" : "free");
	if (view->slot[slot].share) {
		wts_print_piece(m, &view->slot[slot].piece, true);
		seq_puts(m, ",\"claims\":[");
		for (i = 0; i < view->n; i++)
			if (view->row[i].slots & BIT(slot)) {
				seq_printf(m, "%s%llu", comma, view->row[i].claim->id);
				comma = ",";
			}
		seq_putc(m, ']');
	}
	seq_putc(m, '}');
}

static void wts_print_json_claim(struct seq_file *m, const struct wts_row *row, bool first)
{
	const struct wts_claim *claim = row->claim;
	const struct wts_range *range = row->aim.range;
	const struct wts_piece whole = { range->address, range->length, claim->access };
	const char *comma = "";
	unsigned int slot, i;

	seq_printf(m, "%s{\"id\":%llu", first ? "" : ",", claim->id);
	wts_print_string(m, "name", claim->name);
	wts_print_string(m, "client", claim->client);
	seq_printf(m, ",\"priority\":%d,\"state\":\"%s\",\"since_ns\":%llu", row->place.priority,
		   wts_state_names[row->stats.state], row->since);
	/* of several ranges the first, for who knows of one alone */
	wts_print_piece(m, &whole, true);
	seq_puts(m, ",\"ranges\":[");
	for (i = 0; i < row->aim.nranges; i++)
		seq_printf(m, "%s{\"address\":\"0x%llx\",\"length\":%llu}", i ? "," : "",
			   range[i].address, range[i].length);
	seq_puts(m, "],\"registers\":[");
	for_each_set_bit(slot, &row->slots, WTS_ARCH_REGISTERS) {
		seq_printf(m, "%s%u", comma, slot);
		comma = ",";
	}
	seq_printf(m, "],\"hits\":%llu,\"arming\":%llu,\"stolen\":%llu", row->stats.delivered,
		   row->stats.arming, row->stats.stolen);
	wts_print_string(m, "reason", row->reason);
	seq_putc(m, '}');
}

/* For programs.  With wts_mutex held. */
static void wts_print_json(struct seq_file *m, const struct wts_view *view)
{
	unsigned int i;

	seq_printf(m, "{\"interface\":%d,\"mechanism\":\"%s\",\"fires\":\"%s\",\"cpus\":\"%*pbl\"",
		   WTS_INTERFACE_VERSION, wts_mechanism_name(), wts_fires_name(),
		   cpumask_pr_args(&wts_cpus));
	seq_printf(m, ",\"registers\":%u,\"limit\":%u,\"reserved\":%u,\"outside\":%u,\"now_ns\":%llu",
		   WTS_ARCH_REGISTERS, READ_ONCE(wts_limit),
		   (unsigned int)hweight_long(view->taken), view->outside, view->now);
	seq_puts(m, ",\"slots\":[");
	for (i = 0; i < WTS_ARCH_REGISTERS; i++)
		wts_print_json_slot(m, view, i);
	seq_puts(m, "],\"claims\":[");
	for (i = 0; i < view->n; i++)
		wts_print_json_claim(m, &view->row[i], !i);
	seq_puts(m, "],\"hardware\":[");
	for (i = 0; i < view->nstrangers; i++) {
		seq_printf(m, "%s{\"cpu\":%u,\"register\":%u", i ? "," : "",
			   view->stranger[i].cpu, view->stranger[i].index);
		wts_print_piece(m, &view->stranger[i].piece, false);
		seq_putc(m, '}');
	}
	seq_printf(m, "],\"refused\":{\"count\":%d", atomic_read(&wts_refusals));
	wts_print_string(m, "command", wts_last_refusal.command);
	seq_printf(m, ",\"time_ns\":%llu}}\n", wts_last_refusal.time);
}

/* Process context; sleeps. */
static int wts_show(struct seq_file *m,
		    void (*print)(struct seq_file *m, const struct wts_view *view))
{
	struct wts_view view = { };
	struct list_head *link;
	unsigned int n = 0;
	int error = -ENOMEM;

	cpus_read_lock();
	mutex_lock(&wts_mutex);
	list_for_each(link, &wts_claims)
		n++;
	view.row = kvcalloc(n + 1, sizeof(*view.row), GFP_KERNEL);
	view.stranger = kvcalloc(nr_cpu_ids * WTS_ARCH_REGISTERS, sizeof(*view.stranger),
				 GFP_KERNEL);
	if (!view.row || !view.stranger)
		goto out;
	view.taken = wts_taken;
	wts_view_claims(&view);
	on_each_cpu_mask(&wts_cpus, wts_view_hardware, &view, true);
	view.nstrangers = atomic_read(&view.strangers);
	print(m, &view);
	error = 0;
out:
	mutex_unlock(&wts_mutex);
	cpus_read_unlock();
	kvfree(view.stranger);
	kvfree(view.row);
	return error;
}
