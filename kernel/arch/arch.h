/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an architecture must say about its watch registers.  Nothing outside
 * this folder knows lengths, alignment, forbidden addresses or how a register
 * is rewritten.  A further architecture is a further file.
 */
#ifndef WTS_ARCH_H
#define WTS_ARCH_H

#if defined(CONFIG_X86_64)
#include <asm/hw_breakpoint.h>
#define WTS_ARCH_REGISTERS	HBP_NUM
#else
#error "no file in kernel/arch/ for this architecture"
#endif

struct perf_event;
struct perf_event_attr;
struct pt_regs;

/*
 * Splits [address, address + length) in ranges that one register can watch.
 * Returns how many there are, which may be more than max; the first max are
 * stored.  0 if the range is empty or wraps.  Any context.
 */
static unsigned int wts_arch_split(u64 address, u64 length, unsigned int access,
				   struct wts_piece *ret, unsigned int max);

/*
 * Why [address, address + length) must not be watched, as the end of a
 * sentence "it is ..."; NULL if it may.  Any context.
 */
static const char *wts_arch_forbidden(u64 address, u64 length);

/* Were the forbidden addresses that the kernel keeps to itself given at load? */
static bool wts_arch_knows_all_forbidden(void);

/* Reads the module's parameters; 0 or -EINVAL.  At load. */
static int wts_arch_init(void);

/* The attr with which perf is asked for a register.  Any context. */
static void wts_arch_attr(struct perf_event_attr *attr, const struct wts_piece *piece);

/*
 * Takes this CPU's register out of service, and puts it back aimed elsewhere.
 * The event keeps its register in between, as interrupts are off throughout.
 * Context: hard interrupt or interrupts off; never in #DB or NMI and never
 * while this CPU's watches are suspended, as both restore the old control
 * register afterwards.  The event is active.
 */
static void wts_arch_disarm(struct perf_event *event);
static void wts_arch_arm(struct perf_event *event, const struct wts_piece *piece);

/* The same for an event that is not in a register: where it goes if it is again. */
static void wts_arch_aim(struct perf_event *event, const struct wts_piece *piece);

/*
 * Suspends this CPU's watches, and resumes what was.  Interrupts off between
 * the two; no register is rewritten in between.
 */
static unsigned long wts_arch_suspend_watches(void);
static void wts_arch_resume_watches(unsigned long was);

/*
 * What this CPU's hardware register of that number watches at the moment,
 * whoever has put it there.  False: nothing.  Interrupts off.
 */
static bool wts_arch_hardware(unsigned int number, struct wts_piece *ret);

/*
 * A word that lives exactly as long as one trap: all handlers of one trap see
 * what the earlier ones left, the next trap begins with 0.  Only the 16 low
 * bits count.  In a trap handler.
 */
static unsigned long wts_arch_trap_marks(const struct pt_regs *regs);
static void wts_arch_set_trap_marks(struct pt_regs *regs, unsigned long marks);

#endif
