/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTSUITE_FUZZ_STAND_IN_H
#define TESTSUITE_FUZZ_STAND_IN_H

#include <stddef.h>
#include <stdint.h>

struct session;

/* Reads the tapset; ends the program where that has errors. */
void library_open(void);
/* A session of its own for one input; closing it frees all that was allocated since. */
void session_open(struct session *);
void session_close(struct session *);

/* What libFuzzer calls, and replay.c. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
