// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches on modules' data. A module's symbols are looked up when it arrives,
 * before its init function runs; when it goes nothing of it is watched any
 * more before its memory is freed. Process context, that of whoever loads or
 * unloads the module.
 */

/* In a module's name - and _ are the same. */
static bool wt_is_named(const struct module *module, const char *name)
{
	const char *a = module->name;

	for (; *a && *name; a++, name++)
		if (*a != *name && !(*a == '_' && *name == '-'))
			return false;
	return *a == *name;
}

static bool wt_is_of(const struct wt_watch *w, const struct module *module)
{
	unsigned int i;

	for (i = 0; i < w->def->range_count; i++)
		if (w->def->ranges[i].module && wt_is_named(module, w->def->ranges[i].module))
			return true;
	return false;
}

/* 0: it has no such symbol. */
static unsigned long wt_module_symbol(const struct module *module, const char *name)
{
	const struct mod_kallsyms *symbols;
	unsigned long address = 0;
	unsigned int i;

	rcu_read_lock_sched();
	symbols = rcu_dereference_sched(module->kallsyms);
	for (i = 1; symbols && i < symbols->num_symtab && !address; i++)
		if (symbols->symtab[i].st_shndx != SHN_UNDEF &&
		    !strcmp(symbols->strtab + symbols->symtab[i].st_name, name))
			address = symbols->symtab[i].st_value;
	rcu_read_unlock_sched();
	return address;
}

/* Of a module's symbol: is it a per-CPU one? Then the address is a __percpu pointer. */
static bool wt_is_per_cpu(const struct module *module, unsigned long address)
{
	return address - (unsigned long)module->percpu < module->percpu_size;
}

/*
 * Finds what the module has of the watch. NULL: its addresses are all known;
 * else why not, for the caller to free.
 */
static char *wt_bind_to(struct wt_watch *w, const struct module *module)
{
	unsigned int i;

	for (i = 0; i < w->def->range_count; i++) {
		const struct wt_range_def *range = &w->def->ranges[i];
		bool here = range->module && wt_is_named(module, range->module);
		unsigned long address = here ? wt_module_symbol(module, range->symbol) : 0;
		bool per_cpu = address && wt_is_per_cpu(module, address);

		if (here)
			wt_set_bound(w, i, address ? wt_locate(range, address + range->offset) : 0);
		if (!wt_has_cpu(range))
			return kstrdup(wt_no_cpu, GFP_KERNEL);
		if (address && per_cpu != (range->one_cpu || w->def->per_cpu))
			return kasprintf(GFP_KERNEL, "\"%s\" of module %s is %s per-CPU variable", range->symbol,
					 range->module, per_cpu ? "a" : "no");
		if (!w->bound[i])
			return here ? kasprintf(GFP_KERNEL, "module %s has no symbol \"%s\"", range->module,
						range->symbol) :
				      kasprintf(GFP_KERNEL, "module %s not loaded", range->module);
	}
	return NULL;
}

/* Under the lock: handlers tell the reason. The caller frees what is returned. */
static char *wt_exchange_reason(struct wt_watch *w, char *reason)
{
	char *old = w->unbound_text;

	w->unbound = w->unbound_text = reason;
	return old;
}

/* Where it is off it can be enabled from now on. Under the lock. */
static void wt_module_aim(struct wt_watch *w)
{
	wt_aim_bound(this_cpu_read(wt_cpus.contexts[WT_LEVEL_PROCESS]), w);
}

/* Enables what waited for it. Under the lock. */
static void wt_module_enable(struct wt_watch *w)
{
	struct wt_context *x = this_cpu_read(wt_cpus.contexts[WT_LEVEL_PROCESS]);

	wt_context_enter(x, &wt_script.probes[w->handled_by], NULL, wt_script.limits.action);
	if (w->unbound)
		wt_refuse(w, w->unbound);
	else if (wt_aim_bound(x, w))
		wt_watch_enable(&x->c, w, true);
	else
		wt_refuse(w, x->why.text);
	wt_context_leave(x);
}

/* It is armed when this returns and all is flushed, or waits. */
static void wt_module_arrives(struct wt_watch *w, const struct module *module)
{
	char *reason = wt_bind_to(w, module);
	unsigned long flags = wt_lock_wait();

	reason = wt_exchange_reason(w, reason);
	if (w->claim && w->wanted && READ_ONCE(wt_state) == WT_RUNNING)
		wt_module_enable(w);
	else if (w->claim && !w->unbound)
		wt_module_aim(w);
	wt_lock_end(flags);
	kfree(reason);
}

static void wt_module_goes(struct wt_watch *w, const struct module *module)
{
	char *reason = kasprintf(GFP_KERNEL, "module %s not loaded", module->name);
	unsigned long flags = wt_lock_wait();
	unsigned int i;

	reason = wt_exchange_reason(w, reason);
	for (i = 0; i < w->def->range_count; i++)
		if (w->def->ranges[i].module)
			wt_set_bound(w, i, 0);
	/* it comes back when the module does, where it was on */
	w->waits |= w->wanted;
	if (w->claim)
		wts_claim_disable_for(w->claim, "its module was unloaded");
	wt_lock_end(flags);
	kfree(reason);
}

static int wt_module_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct module *module = data;
	bool ours = false;
	unsigned int i;

	if (event != MODULE_STATE_COMING && event != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	mutex_lock(&wt_lifecycle_mutex);
	for (i = 0; i < wt_watch_count; i++) {
		struct wt_watch *w = &wt_watches[i];

		if (!wt_is_of(w, module))
			continue;
		ours = true;
		if (event == MODULE_STATE_COMING)
			wt_module_arrives(w, module);
		else
			wt_module_goes(w, module);
	}
	/* what was decided is in force, and was told */
	if (ours)
		wts_flush();
	mutex_unlock(&wt_lifecycle_mutex);
	return NOTIFY_DONE;
}

static struct notifier_block wt_module_notifier = { .notifier_call = wt_module_event };

static bool wt_watches_modules(void)
{
	unsigned int i, r;

	for (i = 0; i < wt_script.watch_count; i++)
		for (r = 0; r < wt_script.watches[i].range_count; r++)
			if (wt_script.watches[i].ranges[r].module)
				return true;
	return false;
}

/* At load: before the program looks which modules are there. */
static int wt_modules_watch(void)
{
	return wt_watches_modules() ? register_module_notifier(&wt_module_notifier) : 0;
}

/* Process context; waits for a call under way. */
static void wt_modules_unwatch(void)
{
	if (wt_watches_modules())
		unregister_module_notifier(&wt_module_notifier);
}
