/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder tell each other, host side. See vm.h. */
#ifndef WATCHTAP_VM_INTERNAL_H
#define WATCHTAP_VM_INTERNAL_H

#include <sys/types.h>

#include "vm.h"

/* Names of the virtio-serial ports; agent.c looks them up in sysfs. */
enum vm_port { PORT_CONTROL, PORT_STDIN, PORT_STDOUT, PORT_STDERR, PORT_COUNT };

/* What the agent writes to the kernel log when the command has ended. */
#define VM_END_MARK "watchtap-vm: the command has ended"

/* kernel.c. HEADER is the first 4 KiB of the file. */
#define BZIMAGE_HEADER_SIZE 4096
int bzimage_read_header(const char *path, unsigned char *header, char *err, size_t errlen);

/*
 * image.c. Each returns a descriptor of a file without a name, or -1.
 * image_unpack: as image_elf() of vm.h, if qemu can start it; -1 is no error, the
 * bzImage then has to do.
 */
int image_unpack(const struct vm_kernel *kernel, const char *cache_dir);

/* initramfs.c. A cpio archive in a file without a name; -1 and ERR. */
int initramfs_build(const struct vm_kernel *kernel, const char *agent_path,
		    char *const argv[], char *err, size_t errlen);

/* qemu.c */
struct qemu {
	pid_t pid;		/* 0: not started, or reaped */
	int ports[PORT_COUNT];	/* our ends, nonblocking; -1 when closed */
	int console;		/* file without a name: the guest's kernel log */
	int log;		/* the same: what qemu itself had to say */
};

/* The inputs: INITRAMFS and UNPACKED are descriptors; UNPACKED may be -1. */
int qemu_start(const struct vm_kernel *kernel, const struct vm_options *options,
	       int initramfs, int unpacked, struct qemu *ret, char *err, size_t errlen);
/* Kills it if it runs, and lets go of everything but console and log. */
void qemu_stop(struct qemu *qemu);
void qemu_close(struct qemu *qemu);

/*
 * channel.c. Carries the streams until the command has ended and all its
 * output is delivered. Its status, or -1 and ERR.
 */
int channel_run(struct qemu *qemu, const struct vm_options *options, char *err,
		size_t errlen);

/*
 * console.c. console_text: the whole file as a string, which the caller frees;
 * never NULL. console_tail_has: is MARK in the last lines of the file?
 * console_await: until it is, two seconds at most:
 * all that the kernel said before the mark is there then.
 * console_complaint: the first line in which the kernel complains, or NULL.
 * console_show: the part around it, or the last lines where there is none.
 */
char *console_text(int fd);
int console_tail_has(int fd, const char *mark);
void console_await(int fd, const char *mark);
const char *console_complaint(const char *text);
void console_show(const char *text, const char *console_path);

#endif
