/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What C in a script sees: the kernel's usual headers, and SystemTap's macros.
 *
 *	STAP_ARG_x		a parameter of the function
 *	STAP_RETVALUE		what it returns: a long, or char[MAXSTRINGLEN]
 *	STAP_RETURN(value)	sets it and leaves
 *	STAP_ERROR(format, ...)	an error of the script, as error() makes one; leaves
 *	CONTEXT->last_error	the same as scripts used to do it: a text that stays is assigned
 *	STAP_NEXT		the next function of the same name and arity instead
 *	STAP_PRINTF(format, ...) output, by the kernel's own conversions
 *	STAP_GLOBAL_GET_x(), STAP_GLOBAL_SET_x(value)
 *
 * It runs where handlers run: it neither sleeps nor faults, nor takes a lock
 * that other code takes without switching the watches off.
 */
#ifndef WATCHTAP_EMBEDDED_H
#define WATCHTAP_EMBEDDED_H

#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/version.h>

/* What the kernel's C does not do, a script's may. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"

struct wt_ctx;

/* The error's text is cut at MAXSTRINGLEN. Any context that runs handlers. */
void wt_embedded_error(struct wt_ctx *c, const char *place, const char *format, ...) __printf(3, 4);
/* The output's text is cut at MAXSTRINGLEN. */
void wt_embedded_print(struct wt_ctx *c, unsigned int id, const char *format, ...) __printf(3, 4);

#define STAP_ERROR(...) do {						\
	wt_embedded_error(c, place, __VA_ARGS__);			\
	goto WT_FAIL_LABEL;						\
} while (0)
#define STAP_NEXT	goto next
#define CONTEXT		c
#define STAP_PRINTF(...)	wt_embedded_print(c, WT_PRINT_FORMAT, __VA_ARGS__)

#endif
