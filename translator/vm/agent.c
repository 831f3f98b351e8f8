// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Process 1 of the VM, linked statically: loads the modules of the initramfs,
 * makes the host's root with an overlay in memory its own, runs the command
 * and carries its streams over the virtio-serial ports. channel.c says what
 * the control port carries; initramfs.c what the files are.
 *
 * It never exits: the host ends the VM when it has got all.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"
#include "vm_internal.h"

#define PORT_WAIT_MS 30000

static int control = -1;
static struct stream streams[3];	/* stdin, stdout, stderr of the command */
static uint64_t stdin_bytes = UINT64_MAX;	/* stdin ends after so many */
static pid_t command;

static __attribute__((format(printf, 1, 2))) void tell(const char *format, ...)
{
	char line[1024];
	va_list ap;
	int n, done = 0;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	while (control >= 0 && done < n) {
		ssize_t w = write(control, line + done, n - done);

		if (w > 0)
			done += w;
		else if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = control, .events = POLLOUT }, 1, 100);
		else
			break;
	}
}

/* To the host if it can hear us, and to the kernel log, which it keeps. */
static __attribute__((format(printf, 1, 2), noreturn)) void die(const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	dprintf(2, "watchtap-vm: %s\n", text);
	tell("failed %s\n", text);
	sleep(2);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static void must_mount(const char *what, const char *where, const char *type,
		       unsigned long flags, const char *data)
{
	if (mount(what, where, type, flags, data))
		die("cannot mount %s on %s: %s", type ? type : what, where, strerror(errno));
}

static void may_mount(const char *what, const char *where, const char *type)
{
	mkdir(where, 0755);
	mount(what, where, type, 0, NULL);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		dprintf(2, "watchtap-vm: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* A whole file, with a 0 byte behind it. */
static char *slurp(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *data;

	if (fd < 0 || fstat(fd, &st) || !(data = malloc(st.st_size + 1)) ||
	    read(fd, data, st.st_size) != st.st_size)
		die("cannot read %s: %s", path, strerror(errno));
	close(fd);
	data[st.st_size] = 0;
	*size = st.st_size;
	return data;
}

/* The strings of a file as an argv or environment. */
static char **slurp_strings(const char *path)
{
	size_t size, count = 0;
	char *data = slurp(path, &size), **list;

	for (size_t i = 0; i < size; i++)
		count += !data[i];
	list = calloc(count + 1, sizeof(*list));
	if (!list)
		die("out of memory");
	for (size_t i = 0; i < count; i++, data += strlen(data) + 1)
		list[i] = data;
	return list;
}

static void load_modules(void)
{
	char path[32];

	for (int i = 0;; i++) {
		int fd;

		snprintf(path, sizeof(path), "/modules/%03d.ko", i);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return;
		if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
			die("cannot load module %s: %s", path, strerror(errno));
		close(fd);
		unlink(path);
	}
}

/*
 * The port's descriptor, by the name that the host gave it. Ports appear some
 * time after the driver is loaded. Nonblocking: a blocking write to a port
 * spins in the kernel until the host has taken the bytes.
 */
static int open_port(const char *name)
{
	for (int waited = 0; waited < PORT_WAIT_MS; waited += 5) {
		DIR *dir = opendir("/sys/class/virtio-ports");
		struct dirent *entry;

		while (dir && (entry = readdir(dir))) {
			char path[PATH_MAX], text[64] = "";
			int fd;

			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name",
				 entry->d_name);
			fd = open(path, O_RDONLY);
			if (fd < 0)
				continue;
			if (read(fd, text, sizeof(text) - 1) < 0)
				*text = 0;
			close(fd);
			text[strcspn(text, "\n")] = 0;
			if (strcmp(text, name))
				continue;
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
			fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
			if (fd < 0)
				continue;
			closedir(dir);
			return fd;
		}
		if (dir)
			closedir(dir);
		usleep(5000);
	}
	die("the virtio-serial port %s did not appear", name);
}

/*
 * /host is the host's root, read only; /rw takes what is written; /new is
 * both, and becomes the root. What the host has mounted on /proc, /sys and
 * /dev is covered by the guest's own; all else, /tmp and /run too, is seen.
 */
static void enter_host_root(void)
{
	must_mount("rw", "/rw", "tmpfs", 0, "size=80%,mode=755");
	mkdir("/rw/upper", 0755);
	mkdir("/rw/work", 0755);
	must_mount("hostroot", "/host", "9p", MS_RDONLY,
		   "trans=virtio,version=9p2000.L,msize=512000,cache=loose");
	must_mount("root", "/new", "overlay", 0,
		   "lowerdir=/host,upperdir=/rw/upper,workdir=/rw/work");
	must_mount("/dev", "/new/dev", NULL, MS_MOVE, NULL);
	must_mount("/proc", "/new/proc", NULL, MS_MOVE, NULL);
	must_mount("/sys", "/new/sys", NULL, MS_MOVE, NULL);
	unlink("/init");
	if (chdir("/new") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		die("cannot enter the host's root: %s", strerror(errno));
}

static void furnish(void)
{
	static const char *const links[][2] = {
		{ "/proc/self/fd", "/dev/fd" }, { "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" }, { "/proc/self/fd/2", "/dev/stderr" },
	};
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlink(links[i][0], links[i][1]) && errno != EEXIST)
			dprintf(2, "watchtap-vm: %s: %s\n", links[i][1], strerror(errno));
	may_mount("devpts", "/dev/pts", "devpts");
	may_mount("shm", "/dev/shm", "tmpfs");
	chmod("/dev/shm", 01777);
	may_mount("debugfs", "/sys/kernel/debug", "debugfs");
	may_mount("tracefs", "/sys/kernel/tracing", "tracefs");
	put("/proc/sys/kernel/kptr_restrict", "0");
	put("/proc/sys/kernel/perf_event_paranoid", "-1");
	put("/proc/sys/kernel/printk", "7 4 1 7");
	put("/proc/sys/kernel/panic", "0");
	sethostname("watchtap-vm", 11);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		ioctl(fd, SIOCSIFFLAGS, &lo);
		close(fd);
	}
}

static void run_command(char **argv, char **env, const char *cwd, const char *mask,
			int ends[3])
{
	sigset_t none;

	command = fork();
	if (command < 0)
		die("cannot fork: %s", strerror(errno));
	if (command)
		return;
	setsid();
	for (int i = 0; i < 3; i++)
		dup2(ends[i], i);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	umask(strtol(mask, NULL, 8));
	environ = env;
	if (chdir(cwd)) {
		dprintf(2, "watchtap vm: %s: %s\n", cwd, strerror(errno));
		_exit(126);
	}
	setenv("PWD", cwd, 1);
	execvp(argv[0], argv);
	dprintf(2, "watchtap vm: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void hear(const char *line)
{
	unsigned long long n;
	int fd;

	if (sscanf(line, "eof %llu", &n) == 1) {
		stdin_bytes = n;
	} else if (sscanf(line, "signal %llu", &n) == 1) {
		if (command)
			kill(-command, n);
	} else if (sscanf(line, "closed %llu", &n) == 1 && (n == 1 || n == 2)) {
		/* The command gets SIGPIPE for the next thing it writes. */
		fd = streams[n].to;
		close_end(&streams[n].from);
		stream_discard(&streams[n]);
		close(fd);
	}
}

static void read_control(void)
{
	static char line[256];
	static size_t length;
	char *end;
	ssize_t n = read(control, line + length, sizeof(line) - 1 - length);

	if (n <= 0) {
		/* The host end has gone, and qemu will follow. */
		if (!n)
			usleep(10000);
		return;
	}
	length += n;
	line[length] = 0;
	while ((end = strchr(line, '\n'))) {
		*end = 0;
		hear(line);
		length -= end + 1 - line;
		memmove(line, end + 1, length + 1);
	}
	if (length == sizeof(line) - 1)
		length = 0;
}

static void pump(int n, const struct pollfd *from, const struct pollfd *to)
{
	struct stream *s = &streams[n];

	if (s->to >= 0 && to->revents &&
	    (to->revents & POLLOUT ? stream_drain(s, n ? sizeof(s->buf) : PIPE_BUF)
				   : to->revents & POLLERR)) {
		/* Nobody reads it. Not reading on is what stops the sender. */
		close_end(&s->to);
		stream_discard(s);
		if (!n)
			s->from = -1;
	}
	if (from->revents && s->from >= 0 && !stream_fill(s))
		close_end(&s->from);
	if (!n && s->to >= 0 && stream_empty(s) && s->in >= stdin_bytes)
		close_end(&s->to);
}

/* One round of all streams: waits until something moves, at most MS. */
static void turn(int sigchld, int ms)
{
	struct pollfd fds[8] = { { .fd = control, .events = POLLIN },
				 { .fd = sigchld, .events = POLLIN } };

	for (int i = 0; i < 3; i++)
		stream_want(&streams[i], &fds[2 + 2 * i], &fds[3 + 2 * i]);
	if (poll(fds, 8, ms) <= 0)
		return;
	if (fds[0].revents)
		read_control();
	for (int i = 0; i < 3; i++)
		pump(i, &fds[2 + 2 * i], &fds[3 + 2 * i]);
}

/*
 * The command has ended: sends what is in its output pipes. What children
 * that it left behind still write is not waited for, as a shell would not.
 */
static void flush(void)
{
	uint64_t last[3] = { 0 };

	close_end(&streams[0].to);
	stream_discard(&streams[0]);
	streams[0].from = -1;
	for (int i = 1; i < 3; i++) {
		int n = 0;

		if (streams[i].from >= 0)
			ioctl(streams[i].from, FIONREAD, &n);
		last[i] = streams[i].in + n;
	}
	for (int i = 1; i < 3; i++)
		while ((streams[i].from >= 0 && streams[i].in < last[i]) ||
		       !stream_empty(&streams[i]))
			turn(-1, 100);
}

/* 1 and its status when the command has ended; all else is buried as well. */
static int reap(int sigchld, int *ret)
{
	struct signalfd_siginfo info;
	int status, ended = 0;
	pid_t pid;

	while (read(sigchld, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != command)
			continue;
		*ret = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		ended = 1;
	}
	return ended;
}

int main(void)
{
	static const char *const names[] = {
		"watchtap.stdin", "watchtap.stdout", "watchtap.stderr"
	};
	char **argv, **env, **cwd;
	int ends[3], sigchld, status = 0;
	sigset_t mask;

	must_mount("dev", "/dev", "devtmpfs", 0, "mode=755");
	must_mount("proc", "/proc", "proc", 0, NULL);
	must_mount("sys", "/sys", "sysfs", 0, NULL);
	load_modules();
	control = open_port("watchtap.control");
	argv = slurp_strings("/argv");
	env = slurp_strings("/env");
	cwd = slurp_strings("/cwd");
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigchld = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	for (int i = 0; i < 3; i++) {
		int port = open_port(names[i]), p[2];

		if (pipe2(p, O_CLOEXEC))
			die("cannot make a pipe: %s", strerror(errno));
		streams[i].from = i ? p[0] : port;
		streams[i].to = i ? port : p[1];
		fcntl(i ? p[0] : p[1], F_SETFL, O_NONBLOCK);
		ends[i] = i ? p[1] : p[0];
	}
	enter_host_root();
	furnish();
	tell("started\n");
	run_command(argv, env, cwd[0], cwd[1], ends);
	for (int i = 0; i < 3; i++)
		close(ends[i]);

	do
		turn(sigchld, -1);
	while (!reap(sigchld, &status));
	command = 0;
	flush();
	put("/proc/sys/kernel/printk", "7 4 1 7");
	put("/dev/kmsg", "<6>" VM_END_MARK "\n");
	tell("exit %d %llu %llu\n", status, (unsigned long long)streams[1].out,
	     (unsigned long long)streams[2].out);
	for (;;)
		pause();
}
