// SPDX-License-Identifier: GPL-2.0-or-later
/* qemu's command line, and qemu as a child process. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm_internal.h"

#define QEMU "qemu-system-x86_64"
#define MAX_ARGS 256

static const char *const port_names[PORT_COUNT] = {
	[PORT_CONTROL] = "control", [PORT_STDIN] = "stdin",
	[PORT_STDOUT] = "stdout", [PORT_STDERR] = "stderr",
};

/*
 * What every guest kernel is told. panic=-1 with -no-reboot ends qemu at a
 * panic while the guest boots (the agent sets it back for the command, which
 * is to find the kernel's own default; channel.c sees a panic by the log);
 * an oops becomes one, since a half-dead guest helps nobody. The rest
 * saves boot time: checks of hardware that is not there, tests of the ciphers.
 */
static const char kernel_cmdline[] =
	"console=ttyS0 loglevel=5 panic=-1 oops=panic mitigations=off no_timer_check "
	"cryptomgr.notests random.trust_cpu=on audit=0 nmi_watchdog=0 8250.nr_uarts=1";

struct args {
	char *argv[MAX_ARGS + 1];
	int argc;
};

static __attribute__((format(printf, 2, 3)))
void arg(struct args *a, const char *format, ...)
{
	va_list ap;

	if (a->argc == MAX_ARGS)
		return;
	va_start(ap, format);
	if (vasprintf(&a->argv[a->argc], format, ap) >= 0)
		a->argv[++a->argc] = NULL;
	va_end(ap);
}

static void args_free(struct args *a)
{
	while (a->argc)
		free(a->argv[--a->argc]);
}

static void make_args(struct args *a, const struct vm_kernel *kernel,
		      const struct vm_options *options, int initramfs, int unpacked,
		      const int *far, int console)
{
	const char *extra = options->extra_qemu_args ? options->extra_qemu_args : "";
	const char *thread = options->thread;

	/*
	 * One host thread for all CPUs: with one each, a CPU now and then goes on
	 * for ever in code that another has patched (jump labels, kprobes), even
	 * while it boots. Counting instructions wants it anyway.
	 */
	if (!thread || strstr(extra, "-icount"))
		thread = "single";
	arg(a, QEMU);
	for (const char *word = "-nodefaults\0-no-user-config\0-no-reboot\0"; *word;
	     word += strlen(word) + 1)
		arg(a, "%s", word);
	arg(a, "-display"), arg(a, "none");
	arg(a, "-M"), arg(a, "pc");
	arg(a, "-accel"), arg(a, "tcg,thread=%s", thread);
	/* The plain x86-64-v2: the host's programs run, and there is entropy. */
	arg(a, "-cpu"), arg(a, "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand");
	arg(a, "-smp"), arg(a, "%d", options->cpus);
	arg(a, "-m"), arg(a, "%d", options->memory_mib);
	arg(a, "-kernel");
	if (unpacked >= 0)
		arg(a, "/proc/self/fd/%d", unpacked);
	else
		arg(a, "%s", kernel->image);
	arg(a, "-initrd"), arg(a, "/proc/self/fd/%d", initramfs);
	arg(a, "-append"), arg(a, "%s", kernel_cmdline);
	arg(a, "-chardev"), arg(a, "file,id=console,path=/proc/self/fd/%d", console);
	arg(a, "-serial"), arg(a, "chardev:console");
	arg(a, "-virtfs"), arg(a, "local,path=/,mount_tag=hostroot,security_model=none,"
			       "readonly=on,multidevs=remap");
	arg(a, "-device"), arg(a, "virtio-serial-pci");
	for (int i = 0; i < PORT_COUNT; i++) {
		arg(a, "-chardev"), arg(a, "socket,id=%s,fd=%d", port_names[i], far[i]);
		arg(a, "-device"), arg(a, "virtserialport,chardev=%s,nr=%d,name=watchtap.%s",
				       port_names[i], i + 1, port_names[i]);
	}
	for (const char *p = extra; *p;) {
		size_t length = strcspn(p, " \t\n");

		if (length)
			arg(a, "%.*s", (int)length, p);
		p += length;
		p += strspn(p, " \t\n");
	}
}

static void inherit(int fd)
{
	fcntl(fd, F_SETFD, 0);
}

/*
 * The child's half. A session of its own keeps the terminal's Ctrl-C away
 * from it; the death signal ends it when we die, however we die.
 */
static void exec_qemu(char **argv, pid_t parent, int log, int failed)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR), error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	execvp(argv[0], argv);
	error = errno;
	if (write(failed, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

int qemu_start(const struct vm_kernel *kernel, const struct vm_options *options,
	       int initramfs, int unpacked, struct qemu *ret, char *err, size_t errlen)
{
	int far[PORT_COUNT], failed[2] = { -1, -1 }, error = 0;
	struct args args = { .argc = 0 };
	pid_t self = getpid();

	memset(ret, 0, sizeof(*ret));
	memset(ret->ports, -1, sizeof(ret->ports));
	memset(far, -1, sizeof(far));
	ret->console = memfd_create("console", MFD_CLOEXEC);
	ret->log = memfd_create("log", MFD_CLOEXEC);
	for (int i = 0; i < PORT_COUNT; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
			error = errno;
			break;
		}
		ret->ports[i] = pair[0];
		far[i] = pair[1];
		fcntl(pair[0], F_SETFL, O_NONBLOCK);
	}
	if (!error && (ret->console < 0 || ret->log < 0 || pipe2(failed, O_CLOEXEC)))
		error = errno;
	if (!error) {
		make_args(&args, kernel, options, initramfs, unpacked, far, ret->console);
		if (options->verbose > 1) {
			for (int i = 0; i < args.argc; i++)
				fprintf(stderr, "%s%s", i ? " " : "", args.argv[i]);
			fputc('\n', stderr);
		}
		ret->pid = fork();
		if (ret->pid < 0)
			error = errno;
	}
	if (!error && !ret->pid) {
		for (int i = 0; i < PORT_COUNT; i++)
			inherit(far[i]);
		inherit(initramfs);
		inherit(ret->console);
		if (unpacked >= 0)
			inherit(unpacked);
		exec_qemu(args.argv, self, ret->log, failed[1]);
	}
	args_free(&args);
	for (int i = 0; i < PORT_COUNT; i++)
		if (far[i] >= 0)
			close(far[i]);
	if (failed[1] >= 0)
		close(failed[1]);
	if (!error) {
		while (read(failed[0], &error, sizeof(error)) < 0 && errno == EINTR)
			;
		if (error == ENOENT)
			snprintf(err, errlen, "there is no %s: apt-get install qemu-system-x86",
				 QEMU);
	} else {
		ret->pid = 0;
	}
	if (failed[0] >= 0)
		close(failed[0]);
	if (!error)
		return 0;
	if (error != ENOENT)
		snprintf(err, errlen, "cannot start %s: %s", QEMU, strerror(error));
	qemu_stop(ret);
	qemu_close(ret);
	return -1;
}

void qemu_stop(struct qemu *qemu)
{
	if (qemu->pid > 0) {
		kill(qemu->pid, SIGKILL);
		while (waitpid(qemu->pid, NULL, 0) < 0 && errno == EINTR)
			;
		qemu->pid = 0;
	}
	for (int i = 0; i < PORT_COUNT; i++) {
		if (qemu->ports[i] >= 0)
			close(qemu->ports[i]);
		qemu->ports[i] = -1;
	}
}

void qemu_close(struct qemu *qemu)
{
	if (qemu->console >= 0)
		close(qemu->console);
	if (qemu->log >= 0)
		close(qemu->log);
	qemu->console = qemu->log = -1;
}
