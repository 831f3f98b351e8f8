// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does to the debug registers by ptrace what gdb does not: writes DR7 alone,
 * moves an address while nothing else is free.  For run/outsiders.sh, which has
 * wt_claims loaded with three claims that are armed.
 *
 * The tracee writes four words of its own, the last first, then has wt_claims
 * write its own, and stops.  Each write to a word in a register is one SIGTRAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long word[4] __attribute__((aligned(64)));
static pid_t tracee;
static unsigned int rounds;		/* so many times each word was written */
static int failed;

/* DR7 for register 0: enabled or not; what accesses; log2 of the bytes. */
enum { OFF = 0, ON = 1 };
enum { WRITES = 1, READS_TOO = 3 };
static unsigned long control(int on, int access, int bytes)
{
	static const int lengths[] = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 };

	return on | access << 16 | lengths[bytes] << 18;
}

static void run_tracee(void)
{
	int knob = open("/sys/module/wt_claims/parameters/write", O_WRONLY), i;

	ptrace(PTRACE_TRACEME, 0, 0, 0);
	for (;;) {
		raise(SIGSTOP);
		for (i = 3; i >= 0; i--)
			word[i] = word[i] + 1;	/* a read and a write */
		if (pwrite(knob, "1", 1, 0) != 1)
			_exit(1);
	}
}

/* 0 or the errno. */
static int poke(int number, unsigned long value)
{
	return ptrace(PTRACE_POKEUSER, tracee,
		      offsetof(struct user, u_debugreg) + number * sizeof(long), value) ? errno : 0;
}

static unsigned long peek(int number)
{
	return ptrace(PTRACE_PEEKUSER, tracee,
		      offsetof(struct user, u_debugreg) + number * sizeof(long), 0);
}

/* One round of the tracee; the number of SIGTRAPs that register 0 made. */
static int traps(void)
{
	int status, n = 0;

	for (;;) {
		ptrace(PTRACE_CONT, tracee, 0, 0);
		waitpid(tracee, &status, 0);
		if (!WIFSTOPPED(status)) {
			printf("FAIL: the tracee has gone\n");
			exit(1);
		}
		if (WSTOPSIG(status) == SIGSTOP)
			break;
		n += WSTOPSIG(status) == SIGTRAP && peek(6) & 1;
		poke(6, 0);
	}
	rounds++;
	return n;
}

static void result(int ok, const char *name)
{
	printf("%s: ptrace: %s\n", ok ? "PASS" : "FAIL", name);
	failed |= !ok;
}

static unsigned long at(int i)
{
	return (unsigned long)&word[i];
}

int main(void)
{
	int i, ok, status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	tracee = fork();
	if (!tracee)
		run_tracee();
	waitpid(tracee, &status, 0);

	ok = !poke(0, at(0)) && !poke(7, control(ON, WRITES, 8));
	result(ok && traps() == 1, "a register is to be had beside three claims");
	result(poke(1, at(1)) == ENOSPC, "a second is not");
	result(traps() == 1, "and that does no harm to the first");

	for (i = 0, ok = 1; i < 20; i++) {
		ok &= !poke(7, control(OFF, WRITES, 8)) && traps() == 0;
		ok &= !poke(7, control(ON, WRITES, 8)) && traps() == 1;
	}
	result(ok, "DR7 alone: off and on");
	for (i = 0, ok = 1; i < 20; i++)
		ok &= !poke(7, control(ON, WRITES, 8)) && traps() == 1;
	result(ok, "DR7 alone: as it was");
	for (i = 0, ok = 1; i < 4; i++)
		ok &= !poke(7, control(ON, i & 1 ? READS_TOO : WRITES, 1 << i)) && traps() == 1 + (i & 1);
	result(ok, "DR7 alone: other lengths and accesses");
	/* a while with the register off: it stays the tracee's */
	ok = !poke(7, 0);
	usleep(300000);
	ok &= traps() == 0 && !poke(7, control(ON, WRITES, 8)) && traps() == 1;
	result(ok, "DR7 alone: off for a while");

	for (i = 0, ok = 1; i < 40; i++)
		ok &= !poke(0, at(i % 4)) && traps() == 1 && peek(0) == at(i % 4);
	result(ok, "an address is moved while nothing else is free");
	for (i = 0, ok = 1; i < 8; i++) {
		ok &= !poke(7, 0) && !poke(0, at(i % 4)) && traps() == 0;
		ok &= !poke(7, control(ON, WRITES, 8)) && traps() == 1;
	}
	result(ok, "or moved while it is off");
	/* refused by what is asked for, not for want of a register */
	ok = poke(0, ~0ul) && traps() == 1 && poke(7, control(ON, 0, 8)) && traps() == 1;
	result(ok, "what is refused leaves all as it was");

	/* a name to be shown */
	prctl(PR_SET_NAME, "a\"b\\c\n");
	result(poke(2, at(2)) == ENOSPC, "refused under a strange name");
	printf("rounds %u\n", rounds);
	kill(tracee, SIGKILL);
	waitpid(tracee, &status, 0);
	return failed;
}
