// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/watchtap: slots for people, slots.json for programs (show.c), and
 * scripts/, where script modules put their control files.
 */
#include "slots.h"

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static struct proc_dir_entry *wts_proc;

/* Process context. */
static int wts_slots_show(struct seq_file *m, void *unused)
{
	return wts_show(m, wts_print_table);
}

static int wts_json_show(struct seq_file *m, void *unused)
{
	return wts_show(m, wts_print_json);
}

/* At load.  Undone by wts_proc_exit(). */
static int wts_proc_init(void)
{
	wts_proc = proc_mkdir("watchtap", NULL);
	if (!wts_proc)
		return -ENOMEM;
	/* For root: they show kernel addresses. */
	if (!proc_mkdir("scripts", wts_proc) ||
	    !proc_create_single("slots", 0400, wts_proc, wts_slots_show) ||
	    !proc_create_single("slots.json", 0400, wts_proc, wts_json_show)) {
		proc_remove(wts_proc);
		return -ENOMEM;
	}
	return 0;
}

static void wts_proc_exit(void)
{
	proc_remove(wts_proc);
}
