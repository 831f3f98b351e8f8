// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One function for each thing that kernels do differently. The whole file goes
 * through the compiler once; a function that compiles defines its name, one
 * that does not does not. The #line before it is how an error finds its name.
 */
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/ring_buffer.h>
#include <linux/sched.h>

#line 1 "probe:HAVE_IRQ_WORK_INIT_HARD"
struct irq_work probe_irq_work_init_hard(void)
{
	struct irq_work work = IRQ_WORK_INIT_HARD(NULL);

	return work;
}

#line 1 "probe:HAVE_HRTIMER_SETUP"
void probe_hrtimer_setup(struct hrtimer *timer)
{
	hrtimer_setup(timer, NULL, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}

#line 1 "probe:HAVE_RING_BUFFER_COMMIT_WITH_EVENT"
void probe_ring_buffer_commit(struct trace_buffer *buffer, struct ring_buffer_event *event)
{
	ring_buffer_unlock_commit(buffer, event);
}

#line 1 "probe:HAVE_BUFFER_DATA_READ_PAGE"
void *probe_buffer_data_read_page(struct buffer_data_read_page *page)
{
	return ring_buffer_read_page_data(page);
}

#line 1 "probe:HAVE_RING_BUFFER_ALLOC_PAGE_RETURNS_ERROR"
int probe_ring_buffer_alloc_page(struct trace_buffer *buffer, struct buffer_data_read_page **ret)
{
	return ring_buffer_alloc_read_page(buffer, 0, ret);
}

#line 1 "probe:HAVE_TASK_STATE_WITH_UNDERSCORES"
unsigned int probe_task_state(struct task_struct *task)
{
	return task->__state;
}

#line 1 "probe:HAVE_THREAD_INFO_CPU"
unsigned int probe_thread_info_cpu(struct task_struct *task)
{
	return task->thread_info.cpu;
}
