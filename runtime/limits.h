/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes of the safety net: SystemTap's names and, where they make sense here, its
 * values. Set with -D NAME=VALUE; the runtime is compiled once for each set
 * (translator/build/toolchain.c has their names). The other limits are the
 * script's: script_limits.h.
 */
#ifndef WATCHTAP_LIMITS_H
#define WATCHTAP_LIMITS_H

/* Bytes of a string, with its terminating NUL. */
#ifndef MAXSTRINGLEN
#define MAXSTRINGLEN 512
#endif

/* Buckets of a linear histogram, the two for what is out of its range included. */
#ifndef STP_MAX_BUCKETS
#define STP_MAX_BUCKETS 128
#endif

/*
 * A printed histogram: the columns of its bars, and how many empty rows next to
 * one that is not empty are shown; negative: all rows are.
 */
#ifndef HIST_WIDTH
#define HIST_WIDTH 50
#endif
#ifndef HIST_ELISION
#define HIST_ELISION 2
#endif

/* Frames of a backtrace. */
#ifndef MAXTRACE
#define MAXTRACE 32
#endif

#endif
