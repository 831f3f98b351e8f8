// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control file, and the module's load and unload.
 *
 * Teardown: (a) closing the file stops the script, however its program died;
 * (b) the open file pins the module, so unloading comes after that; (c) unload
 * removes the file first, so that nobody opens it again, then frees in the
 * reverse order of load.
 */

/* Opened and closed: whoever ran it is gone, anybody may unload it. */
static bool wt_orphaned;
module_param_named(orphaned, wt_orphaned, bool, 0444);
MODULE_PARM_DESC(orphaned, "the program that ran this script is gone");

static unsigned long wt_opened;		/* bit 0: somebody has the file */
static DEFINE_MUTEX(wt_read_mutex);	/* one reader at a time */
static void *wt_page;			/* under wt_read_mutex */
static unsigned int wt_next_cpu;	/* where the next read looks first */

static int wt_control_open(struct inode *inode, struct file *file)
{
	if (test_and_set_bit(0, &wt_opened))
		return -EBUSY;
	__module_get(THIS_MODULE);
	return stream_open(inode, file);
}

static int wt_control_release(struct inode *inode, struct file *file)
{
	mutex_lock(&wt_lifecycle_mutex);
	wt_stop(false);
	mutex_unlock(&wt_lifecycle_mutex);
	wt_orphaned = true;
	module_put(THIS_MODULE);
	return 0;	/* wt_opened stays: a script runs once */
}

/* The definition that a range belongs to, or NULL. */
static const struct wt_watch_def *wt_range_owner(unsigned int range)
{
	unsigned int i;

	for (i = 0; i < wt_script.watch_count; i++) {
		const struct wt_watch_def *def = &wt_script.watches[i];

		if (range >= def->first_range && range - def->first_range < def->range_count)
			return def;
	}
	return NULL;
}

static long wt_control_bind(const struct wt_bind __user *arg)
{
	const struct wt_watch_def *def;
	struct wt_bind bind;
	unsigned int at, i;

	if (copy_from_user(&bind, arg, sizeof(bind)))
		return -EFAULT;
	if (wt_state != WT_LOADED)
		return -EBUSY;
	def = wt_range_owner(bind.range);
	if (!def)
		return -EINVAL;
	at = bind.range - def->first_range;
	bind.text[sizeof(bind.text) - 1] = '\0';
	if (def->ranges[at].address || (!bind.address && ((!def->may_fail && !wt_is_left_out(def)) || !*bind.text)))
		return -EINVAL;
	for (i = wt_first[def - wt_script.watches]; i < wt_first[def - wt_script.watches + 1]; i++) {
		struct wt_watch *w = &wt_watches[i];

		/* the module may have arrived since the program looked */
		if (!bind.address && w->bound[at])
			continue;
		wt_set_bound(w, at, bind.address ? wt_locate(&def->ranges[at], bind.address) : 0);
		if (!bind.address && !w->unbound && wt_unbind(w, bind.text))
			return -ENOMEM;
	}
	return 0;
}

static long wt_control_probe(const struct wt_function_at __user *arg)
{
	struct wt_function_at at;

	if (copy_from_user(&at, arg, sizeof(at)))
		return -EFAULT;
	if (wt_state != WT_LOADED)
		return -EBUSY;
	if (at.address)
		return wt_function_add(at.probe, at.address);
	if (at.probe >= wt_script.probe_count)
		return -EINVAL;
	wt_script.probes[at.probe].kind = WT_NEVER;
	return 0;
}

static long wt_control_symbol(const struct wt_symbol_at __user *arg)
{
	struct wt_symbol_at at;

	if (copy_from_user(&at, arg, sizeof(at)))
		return -EFAULT;
	if (wt_state != WT_LOADED)
		return -EBUSY;
	if (at.symbol >= wt_script.symbol_count)
		return -EINVAL;
	wt_script.symbols[at.symbol] = at.address;
	return 0;
}

static long wt_control_start(struct wt_start __user *arg)
{
	struct wt_start *start;
	long error;

	start = kzalloc(sizeof(*start), GFP_KERNEL);
	if (!start)
		return -ENOMEM;
	start->range = start->probe = ~0u;
	error = wt_start(start);
	if (copy_to_user(arg, start, sizeof(*start)))
		error = -EFAULT;
	kfree(start);
	return error;
}

static long wt_control_info(struct wt_info __user *arg)
{
	struct wt_info info = {
		.version = WT_WIRE_VERSION,
		.ranges = wt_script.range_count,
		.cpus = nr_cpu_ids,
		.page_size = PAGE_SIZE,
	};

	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long wt_control_status(struct wt_status __user *arg)
{
	struct wt_status status = {
		.wants_end = READ_ONCE(wt_wants_end),
		.failed = READ_ONCE(wt_failed) || atomic_read(&wt_errors),
	};

	return copy_to_user(arg, &status, sizeof(status)) ? -EFAULT : 0;
}

static long wt_control_counters(struct wt_counters __user *arg)
{
	struct wt_counters counters;

	wt_losses_sum(&counters);
	return copy_to_user(arg, &counters, sizeof(counters)) ? -EFAULT : 0;
}

static long wt_control_ioctl(struct file *file, unsigned int command, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	long ret = -ENOTTY;

	mutex_lock(&wt_lifecycle_mutex);
	switch (command) {
	case WT_IOC_INFO:
		ret = wt_control_info(user);
		break;
	case WT_IOC_BIND:
		ret = wt_control_bind(user);
		break;
	case WT_IOC_PROBE:
		ret = wt_control_probe(user);
		break;
	case WT_IOC_SYMBOL:
		ret = wt_control_symbol(user);
		break;
	case WT_IOC_START:
		ret = wt_control_start(user);
		break;
	case WT_IOC_STOP:
		wt_stop(true);
		ret = 0;
		break;
	case WT_IOC_STATUS:
		ret = wt_control_status(user);
		break;
	case WT_IOC_COUNTERS:
		ret = wt_control_counters(user);
		break;
	}
	mutex_unlock(&wt_lifecycle_mutex);
	return ret;
}

/* One CPU's page to user space. Bytes copied, 0 when that CPU has nothing. */
static ssize_t wt_read_cpu(char __user *user, unsigned int cpu)
{
	struct wt_chunk chunk = { .cpu = cpu };
	const struct { u64 time; local_t commit; } *head;
	const void *page;

	if (ring_buffer_empty_cpu(wt_buffer, cpu))
		return 0;
	if (wt_ring_buffer_read_page(wt_buffer, &wt_page, PAGE_SIZE, cpu) < 0)
		return 0;
	page = wt_ring_buffer_page_data(wt_page);
	head = page;
	/* the upper bits of commit are flags */
	chunk.bytes = sizeof(*head) + (local_read(&head->commit) & 0xfffff);
	if (chunk.bytes > PAGE_SIZE)
		return -EIO;
	if (copy_to_user(user, &chunk, sizeof(chunk)) ||
	    copy_to_user(user + sizeof(chunk), page, chunk.bytes))
		return -EFAULT;
	return sizeof(chunk) + chunk.bytes;
}

static ssize_t wt_control_read(struct file *file, char __user *user, size_t size, loff_t *pos)
{
	bool stopped = READ_ONCE(wt_state) == WT_STOPPED;
	ssize_t ret = 0;
	unsigned int i;

	if (size < sizeof(struct wt_chunk) + PAGE_SIZE)
		return -EINVAL;
	mutex_lock(&wt_read_mutex);
	for (i = 0; i < nr_cpu_ids && !ret; i++) {
		if (wt_next_cpu >= nr_cpu_ids)
			wt_next_cpu = 0;
		if (cpu_possible(wt_next_cpu))
			ret = wt_read_cpu(user, wt_next_cpu);
		/* a CPU that had something is asked again: its pages come in one piece */
		if (!ret)
			wt_next_cpu++;
	}
	mutex_unlock(&wt_read_mutex);
	if (!ret && !stopped)
		return -EAGAIN;
	return ret;
}

static __poll_t wt_control_poll(struct file *file, poll_table *wait)
{
	__poll_t ret = 0;

	poll_wait(file, &wt_readers, wait);
	WRITE_ONCE(wt_reader_sleeps, true);
	smp_mb();	/* against wt_wake: either it sees us, or we see its event */
	if (!ring_buffer_empty(wt_buffer) || READ_ONCE(wt_state) == WT_STOPPED)
		ret |= EPOLLIN | EPOLLRDNORM;
	if (READ_ONCE(wt_wants_end))
		ret |= EPOLLPRI;
	return ret;
}

static const struct proc_ops wt_control_ops = {
	.proc_open = wt_control_open,
	.proc_release = wt_control_release,
	.proc_ioctl = wt_control_ioctl,
	.proc_read = wt_control_read,
	.proc_poll = wt_control_poll,
	.proc_lseek = noop_llseek,
};

static struct proc_dir_entry *wt_control_file;

static int __init wt_module_init(void)
{
	char path[64 + sizeof("watchtap/scripts/")];
	int error;

	error = wt_contexts_alloc();
	if (error)
		return error;
	error = wt_maps_alloc();
	if (error)
		goto free_contexts;
	error = wt_aggregates_alloc();
	if (error)
		goto free_maps;
	error = wt_watches_alloc();
	if (error)
		goto free_aggregates;
	error = wt_timers_alloc();
	if (error)
		goto free_watches;
	error = wt_profile_alloc();
	if (error)
		goto free_timers;
	error = wt_output_init();
	if (error)
		goto free_profile;
	wt_page = wt_ring_buffer_alloc_page(wt_buffer);
	if (!wt_page) {
		error = -ENOMEM;
		goto exit_output;
	}
	snprintf(path, sizeof(path), "watchtap/scripts/%s", THIS_MODULE->name);
	error = wt_modules_watch();
	if (error)
		goto free_page;
	wt_control_file = proc_create(path, 0600, NULL, &wt_control_ops);
	if (!wt_control_file) {
		error = -ENOENT;
		goto unwatch_modules;
	}
	return 0;

unwatch_modules:
	wt_modules_unwatch();
free_page:
	wt_ring_buffer_free_page(wt_buffer, wt_page);
exit_output:
	wt_output_exit();
free_profile:
	wt_profile_free();
free_timers:
	wt_timers_free();
free_watches:
	wt_watches_free();
free_aggregates:
	wt_aggregates_free();
free_maps:
	wt_maps_free();
free_contexts:
	wt_contexts_free();
	return error;
}

static void __exit wt_module_exit(void)
{
	proc_remove(wt_control_file);
	wt_modules_unwatch();
	wt_ring_buffer_free_page(wt_buffer, wt_page);
	wt_output_exit();
	wt_profile_free();
	wt_timers_free();
	wt_functions_free();
	wt_watches_free();
	wt_aggregates_free();
	wt_maps_free();
	wt_contexts_free();
}

module_init(wt_module_init);
module_exit(wt_module_exit);
