// SPDX-License-Identifier: GPL-2.0-or-later
/* A run in the VM, step by step; and the command `watchtap vm`. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vm_internal.h"

void vm_options_init(struct vm_options *ret)
{
	const char *cpus = getenv("WATCHTAP_VM_CPUS");

	*ret = (struct vm_options){
		.cpus = cpus && atoi(cpus) > 0 ? atoi(cpus) : 2,
		.memory_mib = 1024,
		.fail_on_warning = 1,
		.boot_timeout = 180,
		.thread = getenv("WATCHTAP_VM_THREAD"),
		.extra_qemu_args = getenv("WATCHTAP_VM_QEMU"),
	};
	if (ret->thread && !*ret->thread)
		ret->thread = NULL;
}

/* The kernel log, where the caller wants all of it. */
static void keep_console(const char *text, const struct vm_options *options)
{
	FILE *f;

	if (options->verbose > 1)
		fputs(text, stderr);
	if (!options->console_path)
		return;
	f = fopen(options->console_path, "we");
	if (!f || fputs(text, f) < 0 || fclose(f))
		fprintf(stderr, "warning: cannot write %s: %s\n", options->console_path,
			strerror(errno));
}

int vm_run(const struct vm_kernel *kernel, const struct vm_options *options,
	   char *const argv[], char *err, size_t errlen)
{
	int initramfs, unpacked, status;
	struct qemu qemu;
	char *console;

	/* A stream that the caller has closed must not become a file of ours. */
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return snprintf(err, errlen, "cannot open /dev/null"), -1;
	initramfs = initramfs_build(kernel, options->agent_path, argv, err, errlen);
	if (initramfs < 0)
		return -1;
	unpacked = options->kaslr ? -1 : image_unpack(kernel, options->cache_dir);
	if (options->verbose)
		fprintf(stderr, "vm: kernel %s, %s, %d CPUs, %d MiB\n", kernel->release,
			unpacked < 0 ? "as it is packed" : "unpacked", options->cpus,
			options->memory_mib);
	status = qemu_start(kernel, options, initramfs, unpacked, &qemu, err, errlen);
	close(initramfs);
	if (unpacked >= 0)
		close(unpacked);
	if (status)
		return -1;

	status = channel_run(&qemu, options, err, errlen);
	qemu_stop(&qemu);

	console = console_text(qemu.console);
	qemu_close(&qemu);
	keep_console(console, options);
	if (status == -1 || (options->fail_on_warning && console_complaint(console))) {
		fflush(stdout);
		console_show(console, options->console_path);
		if (status != -1) {
			fprintf(stderr, "error: the kernel in the VM complained "
				"(the command's own status: %d)\n", status);
			status = 1;
		}
	}
	free(console);
	return status;
}

static void usage(FILE *f)
{
	fputs("Usage: watchtap vm [OPTION]... [--] [COMMAND [ARGUMENT]...]\n"
	      "Runs COMMAND (sh, if none is given) as root in a throw-away virtual machine\n"
	      "that sees this machine's files; what it writes is gone at the end.\n\n"
	      "  --kernel=RELEASE|BZIMAGE  the kernel (the newest with image and headers)\n"
	      "  --cpus=N                  (2)\n"
	      "  --memory=MIB              (1024)\n"
	      "  --kaslr                   kernel addresses at random; boots slower\n"
	      "  --ignore-warnings         a warning of the guest's kernel is no failure\n"
	      "  --console=FILE            keep the guest's whole kernel log\n"
	      "  -v, --verbose             times; twice: the kernel log too\n"
	      "  -h, --help\n", f);
}

static int positive(const char *name, const char *text, int *ret)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text || n < 1 || n > 1 << 20) {
		fprintf(stderr, "error: --%s=%s: not a number of one or more\n", name, text);
		return -1;
	}
	*ret = n;
	return 0;
}

int vm_main(int argc, char **argv, const char *agent_path, const char *cache_dir)
{
	static const struct option long_options[] = {
		{ "kernel", required_argument, NULL, 'k' },
		{ "cpus", required_argument, NULL, 'c' },
		{ "memory", required_argument, NULL, 'm' },
		{ "console", required_argument, NULL, 'o' },
		{ "kaslr", no_argument, NULL, 'r' },
		{ "ignore-warnings", no_argument, NULL, 'w' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	static char *const shell[] = { "sh", NULL };
	struct vm_options options;
	struct vm_kernel kernel;
	const char *spec = NULL;
	char err[1024];
	int c, status, bad = 0;

	vm_options_init(&options);
	options.agent_path = agent_path;
	options.cache_dir = cache_dir;
	optind = 0;
	while ((c = getopt_long(argc, argv, "+vh", long_options, NULL)) != -1) {
		switch (c) {
		case 'k': spec = optarg; break;
		case 'c': bad |= positive("cpus", optarg, &options.cpus); break;
		case 'm': bad |= positive("memory", optarg, &options.memory_mib); break;
		case 'o': options.console_path = optarg; break;
		case 'r': options.kaslr = 1; break;
		case 'w': options.fail_on_warning = 0; break;
		case 'v': options.verbose++; break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 1;
		}
	}
	if (bad)
		return 1;
	if (vm_find_kernel(spec, &kernel, err, sizeof(err))) {
		fprintf(stderr, "error: %s\n", err);
		return 1;
	}
	status = vm_run(&kernel, &options, optind < argc ? argv + optind : shell,
			err, sizeof(err));
	vm_kernel_free(&kernel);
	if (status < 0)
		fprintf(stderr, "error: %s\n", err);
	return status < 0 ? 1 : status;
}
