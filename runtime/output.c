// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output: items gather in the context, and go into the kernel's ring buffer as
 * one event when the handler ends, so that one handler's lines stay together.
 *
 * The ring buffer is lockless and NMI-safe; reserve to commit is short and
 * touches only its pages, so #DB, int3 and NMI, which share one nesting level
 * in it (plus one), rarely meet there. Where they do, the event is counted as
 * nested, where it is full as buffer.
 */
static struct trace_buffer *wt_buffer;

/*
 * Waking the reader from #DB: the first writer after the reader went to sleep
 * queues an irq_work, that starts a short timer, and the timer wakes. So a
 * burst of hits costs one wake-up for each WT_WAKE_DELAY, and PREEMPT_RT gets
 * no wake-up from hard interrupt context.
 */
#define WT_WAKE_DELAY_NS	(5 * NSEC_PER_MSEC)
static DECLARE_WAIT_QUEUE_HEAD(wt_readers);
static bool wt_reader_sleeps;
static struct hrtimer wt_wake_timer;

static enum hrtimer_restart wt_wake_timer_fn(struct hrtimer *timer)
{
	wake_up_interruptible(&wt_readers);
	return HRTIMER_NORESTART;
}

static void wt_wake_irq_work(struct irq_work *work)
{
	hrtimer_start(&wt_wake_timer, ns_to_ktime(WT_WAKE_DELAY_NS), HRTIMER_MODE_REL_SOFT);
}
static struct irq_work wt_wake_work = WT_IRQ_WORK_INIT_HARD(wt_wake_irq_work);

/* Any context. */
static __always_inline void wt_wake(void)
{
	if (READ_ONCE(wt_reader_sleeps)) {
		WRITE_ONCE(wt_reader_sleeps, false);
		irq_work_queue(&wt_wake_work);
	}
}

/* The ring buffer refused: find out why. Any context, on the CPU that asked. */
static noinline void wt_output_lost(void)
{
	struct wt_cpu *pc = this_cpu_ptr(&wt_cpus);
	u64 dropped = ring_buffer_dropped_events_cpu(wt_buffer, raw_smp_processor_id());

	wt_lose(dropped != pc->dropped ? WT_LOSS_buffer : WT_LOSS_nested);
	pc->dropped = dropped;
}

/* One event of `bytes` in all, its header filled but for serial and bytes. */
static void wt_output_write(struct wt_event *event, unsigned int bytes)
{
	struct ring_buffer_event *slot;

	event->serial = this_cpu_inc_return(wt_cpus.serial);
	event->bytes = bytes - sizeof(*event);
	slot = ring_buffer_lock_reserve(wt_buffer, bytes);
	if (unlikely(!slot)) {
		wt_output_lost();
		return;
	}
	memcpy(ring_buffer_event_data(slot), event, bytes);
	wt_ring_buffer_commit(wt_buffer, slot);
	wt_wake();
}

/* Sends what lies between the context's area and end. On the context's CPU. */
static void wt_output_flush(struct wt_context *x, unsigned char *end)
{
	struct wt_event *event = (struct wt_event *)x->area;

	event->time = x->time;
	event->probe = x->probe - wt_script.probes;
	wt_output_write(event, end - x->area);
}

static __always_inline void wt_item_open(struct wt_context *x, enum wt_item_kind kind, unsigned int id)
{
	struct wt_item *item = (struct wt_item *)x->c.out;

	if (x->c.out == x->area + sizeof(struct wt_event) && likely(!x->timed))
		x->time = ktime_get_mono_fast_ns();
	item->kind = kind;
	item->id = id;
	x->c.item = (struct wt_out_item *)item;
	x->c.out += sizeof(*item);
}

/* An item always fits behind the others; what is then too much for one event is sent first. */
static __always_inline void wt_item_close(struct wt_context *x)
{
	struct wt_item *item = (struct wt_item *)x->c.item;
	unsigned char *first = x->area + sizeof(struct wt_event);

	item->bytes = x->c.out - (unsigned char *)(item + 1);
	if (unlikely(x->c.out > x->area + WT_EVENT_BYTES)) {
		wt_output_flush(x, (unsigned char *)item);
		memmove(first, item, x->c.out - (unsigned char *)item);
		x->c.out = first + (x->c.out - (unsigned char *)item);
	}
}

void wt_print_open(struct wt_ctx *c, unsigned int format)
{
	wt_item_open(container_of(c, struct wt_context, c), WT_ITEM_PRINT, format);
}

void wt_print_string(struct wt_ctx *c, const char *s)
{
	u16 n = strnlen(s, MAXSTRINGLEN - 1);

	memcpy(c->out, &n, sizeof(n));
	memcpy(c->out + sizeof(n), s, n);
	c->out += sizeof(n) + n;
}

/* Of an item that could not be filled nothing is left. */
void wt_print_close(struct wt_ctx *c)
{
	if (unlikely(c->error))
		c->out = (unsigned char *)c->item;
	else
		wt_item_close(container_of(c, struct wt_context, c));
}

static void wt_item_text(struct wt_context *x, enum wt_item_kind kind, const char *text)
{
	size_t n = strnlen(text, MAXSTRINGLEN - 1);

	wt_item_open(x, kind, 0);
	memcpy(x->c.out, text, n);
	x->c.out += n;
	wt_item_close(x);
}

/* The error that ended a handler, as "FILE:LINE:COL: message". */
static void wt_error_item(struct wt_context *x)
{
	wt_item_open(x, WT_ITEM_ERROR, 0);
	x->c.out += scnprintf(x->c.out, MAXSTRINGLEN + 256, "%s: %s", x->c.place, x->c.error);
	wt_item_close(x);
}

void wt_warn(struct wt_ctx *c, const char *message)
{
	wt_item_text(container_of(c, struct wt_context, c), WT_ITEM_WARNING, message);
}

/* A message that belongs to no handler's run. Any context; text is cut at 160 bytes. */
static void wt_emit_text(enum wt_item_kind kind, unsigned int probe, const char *text)
{
	struct {
		struct wt_event event;
		struct wt_item item;
		char text[256];
	} __packed e;
	size_t n = strnlen(text, sizeof(e.text));

	e.event.time = ktime_get_mono_fast_ns();
	e.event.probe = probe;
	e.item = (struct wt_item){ .kind = kind, .bytes = n };
	memcpy(e.text, text, n);
	preempt_disable_notrace();
	wt_output_write(&e.event, offsetof(typeof(e), text) + n);
	preempt_enable_notrace();
}

static int wt_output_init(void)
{
	wt_hrtimer_setup(&wt_wake_timer, wt_wake_timer_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	wt_buffer = ring_buffer_alloc((unsigned long)wt_script.limits.buffer_mb << 20, 0);
	return wt_buffer ? 0 : -ENOMEM;
}

/* No handler runs any more. */
static void wt_output_exit(void)
{
	irq_work_sync(&wt_wake_work);
	hrtimer_cancel(&wt_wake_timer);
	ring_buffer_free(wt_buffer);
}
