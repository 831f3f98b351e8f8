// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes of kernel functions, by kprobes. The program that runs the script
 * gives the addresses (WT_IOC_PROBE), since only it knows all symbols. The
 * handlers run in whatever context the function does, with interrupts off.
 */
struct wt_function {
	struct list_head link;
	const struct wt_probe *probe;
	bool registered;
	union {
		struct kprobe entry;
		struct kretprobe exit;
	};
};
static LIST_HEAD(wt_functions);

static void wt_function_run(const struct wt_probe *probe, struct pt_regs *regs)
{
	unsigned long flags;

	if (READ_ONCE(wt_state) != WT_RUNNING)
		return;
	local_irq_save(flags);
	wt_run_handler(WT_LEVEL_FUNCTION, probe, regs);
	local_irq_restore(flags);
}

static int wt_function_entered(struct kprobe *entry, struct pt_regs *regs)
{
	wt_function_run(container_of(entry, struct wt_function, entry)->probe, regs);
	return 0;
}

/*
 * Keeps with the call what the handler wants to know of its beginning. Not 0: the
 * call is not followed, which is counted as one that was missed.
 */
static int wt_function_entering(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct kretprobe *exit = get_kretprobe(instance);
	const struct wt_probe *probe;
	struct wt_context *x;
	unsigned long flags;
	bool kept = false;

	if (!exit || READ_ONCE(wt_state) != WT_RUNNING)
		return 1;
	probe = container_of(exit, struct wt_function, exit)->probe;
	local_irq_save(flags);
	x = this_cpu_read(wt_cpus.contexts[WT_LEVEL_FUNCTION]);
	if (likely(!x->busy)) {
		wt_context_enter(x, probe, regs, wt_script.limits.action);
		kept = wt_has_room(x);
		x->entering = true;
		if (kept)
			probe->entry(&x->c, (long *)instance->data);
		x->entering = false;
		kept &= !x->c.error;
		wt_context_leave(x);
	}
	if (!kept)
		wt_skip(WT_LOSS_missed, probe - wt_script.probes);
	local_irq_restore(flags);
	return !kept;
}

static int wt_function_left(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct kretprobe *exit = get_kretprobe(instance);
	struct wt_context *x;
	unsigned long flags;

	if (!exit)
		return 0;
	local_irq_save(flags);
	x = this_cpu_read(wt_cpus.contexts[WT_LEVEL_FUNCTION]);
	/* a handler that is under way has its own */
	if (!x->busy)
		x->c.saved = (const long *)instance->data;
	wt_function_run(container_of(exit, struct wt_function, exit)->probe, regs);
	local_irq_restore(flags);
	return 0;
}

/* Before the start; process context. */
static int wt_function_add(unsigned int probe, unsigned long address)
{
	struct wt_function *f;

	if (probe >= wt_script.probe_count || wt_script.probes[probe].kind != WT_FUNCTION)
		return -EINVAL;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->probe = &wt_script.probes[probe];
	if (f->probe->returns) {
		f->exit.kp.addr = (void *)address;
		f->exit.handler = wt_function_left;
		if (f->probe->saved) {
			f->exit.entry_handler = wt_function_entering;
			f->exit.data_size = f->probe->saved * sizeof(long);
		}
		f->exit.maxactive = f->probe->max_active;	/* 0: the kernel's own default */
	} else {
		f->entry.addr = (void *)address;
		f->entry.pre_handler = wt_function_entered;
	}
	list_add_tail(&f->link, &wt_functions);
	return 0;
}

/*
 * Process context. Some of the functions that one probe stands for may refuse,
 * not all.
 */
static int wt_functions_start(struct wt_start *ret)
{
	struct wt_function *f;
	unsigned int i;

	for (i = 0; i < wt_script.probe_count; i++) {
		bool wanted = false, registered = false;
		int error = 0;

		list_for_each_entry(f, &wt_functions, link) {
			if (f->probe != &wt_script.probes[i])
				continue;
			wanted = true;
			error = f->probe->returns ? register_kretprobe(&f->exit) :
						    register_kprobe(&f->entry);
			f->registered = !error;
			registered |= !error;
		}
		if (wanted && !registered && !wt_script.probes[i].optional) {
			ret->probe = i;
			snprintf(ret->text, sizeof(ret->text), "the kernel does not let the function be probed (error %d)",
				 error);
			return error;
		}
	}
	return 0;
}

/* Process context; no handler runs when it returns. */
static void wt_functions_stop(void)
{
	struct wt_function *f;

	list_for_each_entry(f, &wt_functions, link) {
		if (!f->registered)
			continue;
		f->registered = false;
		if (f->probe->returns) {
			unregister_kretprobe(&f->exit);
			raw_cpu_add(wt_cpus.lost[WT_LOSS_missed], f->exit.nmissed + f->exit.kp.nmissed);
		} else {
			unregister_kprobe(&f->entry);
			raw_cpu_add(wt_cpus.lost[WT_LOSS_missed], f->entry.nmissed);
		}
	}
}

static void wt_functions_free(void)
{
	struct wt_function *f, *next;

	list_for_each_entry_safe(f, next, &wt_functions, link)
		kfree(f);
}
