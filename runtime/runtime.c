// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The runtime: the kernel code of every script module.
 *
 * One translation unit, so that the hot path is inlined and the first build
 * for a kernel pays for the kernel's headers once. The files, in the order in
 * which a hit passes them:
 *
 *	state.h		what all share: contexts, counters, the script's state
 *	losses.c	what was not delivered, counted by cause
 *	hit.c		a trap arrives: guard, values, overload, the handler
 *	room.c		what is left of the stack
 *	overload.c	what handlers cost a CPU
 *	values.c	$value, $old, .change
 *	context.c	entering and leaving a handler; its errors
 *	word.c		a word that names its holder
 *	lock.c		the lock of the globals
 *	memory.c	reads of kernel memory that cannot fault
 *	string.c	strings for handlers
 *	regex.c		what =~ found
 *	stat.c		statistics of numbers
 *	aggregate.c	aggregates: a slot for each CPU and level
 *	map_key.c	an array's element
 *	map_table.c	the table behind an array
 *	map_state.h	what the next ones share
 *	map_cpu.c	arrays of aggregates: a table for each CPU
 *	map_sum.c	what all CPUs have of them
 *	map.c		arrays of numbers and strings
 *	map_sort.c	the order of a loop
 *	map_loop.c	loops over arrays
 *	histogram.c	histograms, as items
 *	quote.c, text.c, errno.c, clock.c, runner.c, builtins.c, register.c,
 *	task.c, user.c	the functions of builtins.def, by what they are about
 *	stack.c		backtraces
 *	symbol.c	names of symbols
 *	print_memory.c	the bytes of %m and %M
 *	output.c	items, events, the ring buffer
 *	watch.c		enable, disable, instances, conditions
 *	told.c		sub-probes: what happens to a watch
 *	handler.c	a handler of the next three
 *	timer.c		timer probes
 *	profile.c	those that fire on every CPU
 *	function.c	probes of functions
 *	claims.c	what the arbiter is given and calls
 *	startup.c	who gets registers at the start
 *	lifecycle.c	start and stop
 *	modules.c	watches on modules that come and go
 *	control.c	the control file: ioctls, read, poll
 *
 * format.c is shared with user space. The script itself is another object.
 */
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/prandom.h>
#include <linux/proc_fs.h>
#include <linux/random.h>
#include <linux/ring_buffer.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/prio.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>
#include <linux/uaccess.h>
#include <asm/irq_regs.h>
#include <asm/local.h>
#include <asm/unwind.h>

#include "watchtap_slots.h"
#include "compat/compat.h"
#include "script.h"
#include "wire.h"
#include "state.h"

#include "format.c"
#include "losses.c"
#include "output.c"
#include "context.c"
#include "word.c"
#include "lock.c"
#include "room.c"
#include "overload.c"
#include "memory.c"
#include "typed.c"
#include "string.c"
#include "regex.c"
#include "stat.c"
#include "aggregate.c"
#include "map_key.c"
#include "map_table.c"
#include "map_state.h"
#include "map_cpu.c"
#include "map_sum.c"
#include "map.c"
#include "map_sort.c"
#include "map_loop.c"
#include "histogram.c"
#include "values.c"
#include "watch.c"
#include "follow.c"
#include "told.c"
#include "hit.c"
#include "quote.c"
#include "text.c"
#include "errno.c"
#include "clock.c"
#include "runner.c"
#include "builtins.c"
#include "register.c"
#include "task.c"
#include "user.c"
#include "print_memory.c"
#include "stack.c"
#include "symbol.c"
#include "embedded.c"
#include "handler.c"
#include "timer.c"
#include "profile.c"
#include "function.c"
#include "claims.c"
#include "startup.c"
#include "lifecycle.c"
#include "modules.c"
#include "control.c"

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a watchtap script");
MODULE_INFO(watchtap, __stringify(WT_WIRE_VERSION));
