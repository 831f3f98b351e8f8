// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86-64: four registers, 1, 2, 4 or 8 bytes each, aligned to their length;
 * writes, or reads and writes.  The trap comes after the access.
 *
 * Aiming a register anew goes past perf's own checks, so all of them are
 * repeated here.  (AMD's larger ranges are not used: they need an address mask
 * register, and other makes do not have them.)
 */
#include <linux/moduleparam.h>
#include <linux/perf_event.h>
#include <linux/hw_breakpoint.h>
#include <asm/cpu_entry_area.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/processor.h>
#ifdef WTS_EXPORTS_x86_spec_ctrl_current
#include <asm/nospec-branch.h>
#endif
#ifdef WTS_EXPORTS_current_task
#include <asm/current.h>
#endif

/*
 * Addresses that the entry code touches but that the kernel does not export.
 * Two lists of START-END (hexadecimal, END is past the last byte) with commas:
 * plain addresses, and per-CPU symbols as /proc/kallsyms gives them, to which
 * each CPU's offset is added.  The watchtap program fills them in from
 * /proc/kallsyms.  Without them perf is asked for its opinion of each address,
 * which takes a free register (backend.c).
 */
static char *forbidden;
module_param(forbidden, charp, 0444);
MODULE_PARM_DESC(forbidden, "addresses never to be watched: START-END,... (hexadecimal)");
static char *forbidden_percpu;
module_param(forbidden_percpu, charp, 0444);
MODULE_PARM_DESC(forbidden_percpu, "the same, per-CPU symbols before the offset is added");

#define WTS_MAX_FORBIDDEN	40

/* Constant after load. */
struct wts_forbidden {
	unsigned int n;
	struct {
		u64 start;
		u64 size;
		const char *what;
	} range[WTS_MAX_FORBIDDEN];
};
static struct wts_forbidden wts_forbidden;	/* plain addresses, from the parameter */
static struct wts_forbidden wts_forbidden_own;	/* per-CPU ones before the offset is added */
static u64 wts_own_start = U64_MAX, wts_own_end;	/* where these are, all of them */
static bool wts_forbidden_given;		/* one of the parameters has some */

/* Adds a range to a list.  False: there is no room. */
static bool wts_forbid(struct wts_forbidden *list, u64 start, u64 size, const char *what)
{
	if (list->n == WTS_MAX_FORBIDDEN)
		return false;
	list->range[list->n].start = start;
	list->range[list->n].size = size;
	list->range[list->n++].what = what;
	if (list == &wts_forbidden_own) {
		wts_own_start = min(wts_own_start, start);
		wts_own_end = max(wts_own_end, start + size);
	}
	return true;
}

static int wts_parse_forbidden(const char *text, struct wts_forbidden *list)
{
	unsigned long long start, end;
	int used;

	while (text && *text) {
		if (sscanf(text, "%llx-%llx%n", &start, &end, &used) != 2 || start >= end ||
		    !wts_forbid(list, start, end - start, "used by the kernel to enter a trap")) {
			pr_err("cannot read the list of forbidden addresses at \"%s\"\n", text);
			return -EINVAL;
		}
		wts_forbidden_given = true;
		text += used;
		if (*text == ',')
			text++;
	}
	return 0;
}

#define wts_forbid_own(symbol, what) \
	wts_forbid(&wts_forbidden_own, (__force unsigned long)&(symbol), sizeof(symbol), what)

/*
 * What exception entry and exit touch while the watches are live: a trap
 * there would trap on the way into its own handler, without end.  The list of
 * arch/x86/kernel/hw_breakpoint.c, and what the entry code and a compiler's
 * function prologue read besides.
 */
static int wts_arch_init(void)
{
#ifdef WTS_EXPORTS_gdt_page
	wts_forbid_own(gdt_page, "the CPU's own descriptor table");
#endif
#ifdef WTS_EXPORTS_cpu_tss_rw
	wts_forbid_own(cpu_tss_rw, "the CPU's own task state segment");
#endif
	wts_forbid_own(cpu_dr7, "the kernel's copy of the debug register");
	wts_forbid_own(wts_cpu, "the arbiter's own memory");
#ifdef WTS_EXPORTS_fixed_percpu_data
	wts_forbid_own(fixed_percpu_data, "the stack guard, which every trap reads");
#endif
#ifdef WTS_EXPORTS_x86_spec_ctrl_current
	wts_forbid_own(x86_spec_ctrl_current, "a word that every trap reads");
#endif
#ifdef WTS_EXPORTS_pcpu_hot
	wts_forbid_own(pcpu_hot, "a line that every trap uses");
#endif
#ifdef WTS_EXPORTS_current_task
	wts_forbid_own(current_task, "the current task's pointer, which every trap reads");
#endif
	return wts_parse_forbidden(forbidden, &wts_forbidden) ?:
	       wts_parse_forbidden(forbidden_percpu, &wts_forbidden_own);
}

static bool wts_arch_knows_all_forbidden(void)
{
	return wts_forbidden_given;
}

static unsigned int wts_arch_split(u64 address, u64 length, unsigned int access,
				   struct wts_piece *ret, unsigned int max)
{
	unsigned int n = 0, size;

	if (!length || address + length - 1 < address)
		return 0;
	/* Beyond any claim, and the loop must end. */
	if (length > 8 * WTS_ARCH_REGISTERS)
		return DIV_ROUND_UP(min_t(u64, length, UINT_MAX - 8), 8);

	while (length) {
		for (size = 8; size > length || address & (size - 1); size /= 2)
			;
		if (n < max)
			ret[n] = (struct wts_piece){ address, size, access };
		n++;
		address += size;
		length -= size;
	}
	return n;
}

/* Ranges of numbers that may have wrapped around: per-CPU ones do. */
static bool wts_overlaps(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return b - a < a_size || a - b < b_size;
}

/* The first of the list that it overlaps, or NULL. */
static const char *wts_find_forbidden(const struct wts_forbidden *list, u64 address, u64 length)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (wts_overlaps(address, length, list->range[i].start, list->range[i].size))
			return list->range[i].what;
	return NULL;
}

static const char *wts_arch_forbidden(u64 address, u64 length)
{
	const unsigned int spare = 64 - boot_cpu_data.x86_virt_bits;
	const char *what;
	unsigned int cpu;
	u64 own;

	if (address < TASK_SIZE_MAX)
		return "an address of user space";
	if ((u64)((s64)(address << spare) >> spare) != address)
		return "not an address at all (not canonical)";
	if (wts_overlaps(address, length, CPU_ENTRY_AREA_BASE, CPU_ENTRY_AREA_MAP_SIZE))
		return "the CPU's own entry area";
#ifdef CONFIG_SMP
	if (wts_overlaps(address, length, (unsigned long)__per_cpu_offset,
			 sizeof(__per_cpu_offset[0]) * nr_cpu_ids))
		return "the table of per-CPU offsets, which every trap reads";
#endif
	what = wts_find_forbidden(&wts_forbidden, address, length);
	for_each_possible_cpu(cpu) {
		if (what)
			break;
		own = address - per_cpu_offset(cpu);
		/* of a per-CPU range all copies are asked about, each beside all CPUs: so in brief */
		if (wts_overlaps(own, length, wts_own_start, wts_own_end - wts_own_start))
			what = wts_find_forbidden(&wts_forbidden_own, own, length);
	}
	return what;
}

static void wts_arch_attr(struct perf_event_attr *attr, const struct wts_piece *piece)
{
	hw_breakpoint_init(attr);
	attr->bp_addr = piece->address;
	attr->bp_len = piece->length;
	attr->bp_type = piece->access == WTS_WRITE ? HW_BREAKPOINT_W : HW_BREAKPOINT_RW;
}

static void wts_arch_disarm(struct perf_event *event)
{
	event->pmu->del(event, 0);
}

static void wts_arch_aim(struct perf_event *event, const struct wts_piece *piece)
{
	static const u8 lengths[] = {
		[1] = X86_BREAKPOINT_LEN_1, [2] = X86_BREAKPOINT_LEN_2,
		[4] = X86_BREAKPOINT_LEN_4, [8] = X86_BREAKPOINT_LEN_8,
	};
	struct arch_hw_breakpoint *hw = counter_arch_bp(event);

	hw->address = piece->address;
	hw->len = lengths[piece->length];
	hw->type = piece->access == WTS_WRITE ? X86_BREAKPOINT_WRITE : X86_BREAKPOINT_RW;
	hw->mask = 0;
	event->attr.bp_addr = piece->address;
	event->attr.bp_len = piece->length;
	event->attr.bp_type = piece->access == WTS_WRITE ? HW_BREAKPOINT_W : HW_BREAKPOINT_RW;
}

static void wts_arch_arm(struct perf_event *event, const struct wts_piece *piece)
{
	wts_arch_aim(event, piece);
	event->pmu->add(event, PERF_EF_START);
}

static unsigned long wts_arch_suspend_watches(void)
{
	return local_db_save();
}

static void wts_arch_resume_watches(unsigned long was)
{
	local_db_restore(was);
}

static bool wts_arch_hardware(unsigned int number, struct wts_piece *ret)
{
	/* DR7's two length bits: 1, 2, 8, 4 bytes */
	static const u8 lengths[] = { 1, 2, 8, 4 };
	unsigned long control, address = 0;

	get_debugreg(control, 7);
	if (!(control & (3ul << (number * DR_ENABLE_SIZE))))
		return false;
	switch (number) {
	case 0: get_debugreg(address, 0); break;
	case 1: get_debugreg(address, 1); break;
	case 2: get_debugreg(address, 2); break;
	case 3: get_debugreg(address, 3); break;
	}
	control >>= DR_CONTROL_SHIFT + number * DR_CONTROL_SIZE;
	ret->address = address;
	ret->length = lengths[control >> 2 & 3];
	ret->access = (control & 3) == DR_RW_WRITE ? WTS_WRITE : WTS_READ_WRITE;
	return true;
}

/*
 * The marks are kept, inverted, in the trap frame's orig_ax: the entry code
 * sets it to -1 for each #DB and nobody reads it on the way out of one.
 * (Neither the instruction pointer nor the frame's address would do: a loop
 * traps again and again at the same instruction, always on the same stack.)
 */
static unsigned long wts_arch_trap_marks(const struct pt_regs *regs)
{
	unsigned long marks = ~regs->orig_ax;

	return marks & ~0xfffful ? 0 : marks;
}

static void wts_arch_set_trap_marks(struct pt_regs *regs, unsigned long marks)
{
	regs->orig_ax = ~marks;
}
