// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/watchtap/slots, for people: what each register watches and for whom,
 * then the claims that are off.  /proc/watchtap/scripts/ is where script
 * modules put their control files.
 */
#include "slots.h"

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static struct proc_dir_entry *wts_proc;

static const char * const wts_state_names[] = {
	[WTS_OFF] = "off", [WTS_ARMING] = "arming", [WTS_ARMED] = "armed",
	[WTS_RELEASING] = "releasing",
};

static void wts_show_row(struct seq_file *m, const char *slot, const struct wts_claim *claim,
			 u64 address, u64 length)
{
	struct wts_claim_stats stats = { .size = sizeof(stats) };

	wts_claim_stats(claim, &stats);
	seq_printf(m, "%-8s  %-9s  0x%016llx  %6llu  %-6s  %10llu  %s (%s)\n", slot,
		   wts_state_names[stats.state], address, length,
		   claim->place.piece[0].access == WTS_WRITE ? "write" : "rw", stats.delivered,
		   claim->name, claim->client);
}

static void wts_show_register(struct seq_file *m, unsigned int slot)
{
	struct wts_claim *claim;
	char label[12];
	unsigned int k;

	snprintf(label, sizeof(label), "%u", slot);
	list_for_each_entry(claim, &wts_claims, link)
		for (k = 0; claim->hold == WTS_HOLDS && k < claim->place.pieces; k++)
			if (claim->place.slot[k] == slot)
				wts_show_row(m, label, claim, claim->place.piece[k].address,
					     claim->place.piece[k].length);
	if (!wts_holder(slot))
		seq_printf(m, "%-8s  free or outside watchtap\n", label);
}

/* Process context. */
static int wts_slots_show(struct seq_file *m, void *unused)
{
	struct wts_claim *claim;
	unsigned int slot;

	mutex_lock(&wts_mutex);
	seq_printf(m, "registers %u, held %u, CPUs %u, fire: %s\n", WTS_ARCH_REGISTERS,
		   (unsigned int)hweight_long(wts_taken), cpumask_weight(&wts_cpus), wts_proof);
	seq_puts(m, "register  state      address             "
		 "length  access        hits  claim (client)\n");
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		wts_show_register(m, slot);
	list_for_each_entry(claim, &wts_claims, link)
		if (claim->hold != WTS_HOLDS)
			wts_show_row(m, "-", claim, claim->address, claim->length);
	mutex_unlock(&wts_mutex);
	return 0;
}

/* At load.  Undone by wts_proc_exit(). */
static int wts_proc_init(void)
{
	wts_proc = proc_mkdir("watchtap", NULL);
	if (!wts_proc)
		return -ENOMEM;
	/* For root: it shows kernel addresses. */
	if (!proc_mkdir("scripts", wts_proc) ||
	    !proc_create_single("slots", 0400, wts_proc, wts_slots_show)) {
		proc_remove(wts_proc);
		return -ENOMEM;
	}
	return 0;
}

static void wts_proc_exit(void)
{
	proc_remove(wts_proc);
}
