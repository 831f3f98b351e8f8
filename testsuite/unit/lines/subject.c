// SPDX-License-Identifier: GPL-2.0-or-later
/* What lines-test.c compiles as a module: a function of it, and two that are inlined into it. */
volatile int subject_word;

static inline __attribute__((always_inline)) void innermost(int n)
{
	subject_word = n;		/* the innermost line */
}

static inline __attribute__((always_inline)) void inlined(int n)
{
	innermost(n + 1);		/* the inlined line */
}

int subject(int n);
int subject(int n)
{
	inlined(n);			/* the outer line */
	return n;
}
