/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A throw-away virtual machine whose root is the host's root.
 *
 * The guest sees every file of the host, at the same path, with the rights of
 * the user who started it; what the guest writes goes to its own memory and
 * is gone with it. No root and no /dev/kvm is needed: qemu emulates (TCG).
 *
 * The files, in the order things happen:
 *   kernel.c     which kernel: image, modules, headers
 *   image.c      the bzImage unpacked to what qemu starts at once (saves 5 s)
 *   initramfs.c  the modules and agent.c packed up as the guest's first root
 *   qemu.c       qemu's command line; its process
 *   channel.c    stdin, stdout, stderr, signals, exit status
 *   console.c    the guest's kernel log: did the kernel complain?
 *   vm.c         the order of the above, and the command `watchtap vm`
 *   agent.c      a program of its own: the guest's process 1
 *   stream.h     bytes from one descriptor to another, for both sides
 */
#ifndef WATCHTAP_VM_H
#define WATCHTAP_VM_H

#include <stddef.h>

struct vm_kernel {
	char *release;		/* 6.1.0-56-amd64 */
	char *image;		/* /boot/vmlinuz-6.1.0-56-amd64 */
};

struct vm_options {
	int cpus;
	int memory_mib;
	int verbose;		/* 1: times, on stderr; 2: the kernel log too */
	int fail_on_warning;	/* the status is 1 when the guest's kernel warned */
	int kaslr;		/* boot the bzImage itself, addresses at random; slower */
	int boot_timeout;	/* seconds until the command must have started */
	const char *thread;	/* TCG: "multi" is faster, and unsafe; NULL: "single" */
	const char *extra_qemu_args;	/* split on blanks; NULL: none */
	const char *agent_path;	/* the file watchtap-vm-agent */
	const char *cache_dir;	/* keeps the unpacked kernel, saves 1 s; NULL: nothing kept */
	const char *console_path;	/* the whole kernel log goes there; NULL: nowhere */
};

/*
 * Finds a kernel that can be booted and compiled for. SPEC is a release, the
 * path of a bzImage (its release is read from its header), or NULL for the
 * newest that has image, modules and headers.
 * 0, and RET is the caller's (vm_kernel_free); or -1 and one line for people
 * in ERR: what is missing and the Debian package that has it.
 */
int vm_find_kernel(const char *spec, struct vm_kernel *ret, char *err, size_t errlen);
void vm_kernel_free(struct vm_kernel *kernel);

/*
 * image.c. The ELF kernel inside the image, which is kept in cache_dir where that is
 * not NULL: a descriptor, or -1.
 */
int image_elf(const struct vm_kernel *kernel, const char *cache_dir);
/*
 * The same for what xz, zstd, ... (argv, whose last is NULL) makes of IN, read from its
 * present offset: a descriptor, or -1.
 */
int unpack_fd(const char *const argv[], int in);

/*
 * The defaults, and from the environment WATCHTAP_VM_CPUS, _QEMU, _THREAD.
 * The strings belong to the environment.
 */
void vm_options_init(struct vm_options *ret);

/*
 * Boots KERNEL and runs ARGV in it as root, with the caller's working folder,
 * environment, umask and standard streams. SIGINT, SIGTERM, SIGHUP and
 * SIGQUIT go to the command; the second one, two seconds or more after the
 * first, ends the VM. During the call these signals and SIGPIPE are ours.
 *
 * Returns the command's exit status (128+N if it died of signal N; 127 if
 * there is no such command), 1 if the guest's kernel warned and
 * fail_on_warning is set, or -1 and one line in ERR where the VM did not get
 * to the end of the command. The guest's kernel log is on stderr in the last
 * two cases. Nothing is left behind, not even if the caller is killed: qemu
 * dies with the thread that called.
 */
int vm_run(const struct vm_kernel *kernel, const struct vm_options *options,
	   char *const argv[], char *err, size_t errlen);

/* The command `watchtap vm`. argv[0] is "vm". Returns the exit status. */
int vm_main(int argc, char **argv, const char *agent_path, const char *cache_dir);

#endif
