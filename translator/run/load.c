// SPDX-License-Identifier: GPL-2.0-or-later
/* Loading modules: what can go wrong is said in the user's terms. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../../runtime/wire.h"
#include "load.h"
#include "message.h"
#include "runner.h"

#define SLOTS "watchtap_slots"

/*
 * What must not be watched and what no module can find by itself: the way into
 * the trap's handler would trap.  The arbiter is given ranges, up to the next
 * symbol's address.  A name that a kernel does not have is skipped; per-CPU
 * ones are told by their address.
 */
static const char *const forbidden_symbols[] = {
	"__per_cpu_start", "__per_cpu_end",	/* these two are landmarks */
	"idt_table",
	"cpu_tlbstate",
	"cpu_tss_rw",
	"cpu_dr7",
	"gdt_page",
	"fixed_percpu_data",
	"__stack_chk_guard",
	"current_task",
	"cpu_current_top_of_stack",
	"pcpu_hot",
	"x86_spec_ctrl_current",
};
#define N_FORBIDDEN (sizeof(forbidden_symbols) / sizeof(forbidden_symbols[0]))

struct ranges {
	const struct kallsyms *symbols;
	struct { uint64_t start, end; } range[N_FORBIDDEN];	/* end 0: not there */
};

/* Reads the beginning of a small file; "" where it cannot be read. */
static const char *read_line(const char *path, char *ret, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, ret, size - 1);

	if (fd >= 0)
		close(fd);
	ret[n > 0 ? n : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return ret;
}

static bool parameter_is_yes(const char *module, const char *parameter)
{
	char path[512], text[8];

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, parameter);
	return read_line(path, text, sizeof(text))[0] == 'Y';
}

static bool is_loaded(const char *module)
{
	char path[512];

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	return !access(path, F_OK);
}

static bool has_capability(int capability)
{
	char line[256];
	unsigned long long effective = 0;
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	if (f)
		fclose(f);
	return effective >> capability & 1;
}

int load_allowed(void)
{
	char text[8];

	if (!has_capability(CAP_SYS_MODULE)) {
		if (geteuid())
			run_error("no-root", "only root can load a kernel module");
		else
			run_error("no-root", "root may not load kernel modules here (no CAP_SYS_MODULE: a container?)");
		run_note("use sudo for this machine's kernel, or --vm to try it in a throw-away VM");
		return -1;
	}
	if (read_line("/proc/sys/kernel/modules_disabled", text, sizeof(text))[0] == '1') {
		run_error("no-modules", "kernel.modules_disabled is 1: until the next boot this kernel takes no more modules");
		return -1;
	}
	if (access("/proc/modules", F_OK) && !access("/proc/self", F_OK)) {
		run_error("no-modules", "this kernel was built without loadable modules (CONFIG_MODULES)");
		run_note("--vm tries the script in a throw-away VM");
		return -1;
	}
	return 0;
}

/* Says why the kernel refused a module. */
static void refused(const char *what, const char *vermagic, int error)
{
	char lockdown[128];
	struct utsname u = { 0 };
	size_t release;

	uname(&u);
	switch (error) {
	case ENOSYS:
		run_error("no-modules", "this kernel was built without loadable modules (CONFIG_MODULES)");
		return;
	case EPERM:
		read_line("/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
		if (*lockdown && !strstr(lockdown, "[none]"))
			run_error("no-modules", "kernel lockdown forbids modules that are not signed (lockdown is %s)", lockdown);
		else
			run_error("no-modules", "the kernel does not permit loading %s", what);
		run_note("with Secure Boot off, or with --vm, it can be loaded");
		return;
	case EKEYREJECTED:
	case ENOKEY:
		run_error("no-modules", "this kernel takes only signed modules (module.sig_enforce), %s is not", what);
		run_note("--vm tries the script in a throw-away VM");
		return;
	case ENOEXEC:
		release = vermagic ? strcspn(vermagic, " ") : 0;
		if (release && (strlen(u.release) != release || strncmp(vermagic, u.release, release)))
			run_error("kernel-mismatch", "%s was built for kernel %.*s, this is %s", what,
				  (int)release, vermagic, u.release);
		else
			run_error("kernel-mismatch", "the kernel does not accept %s (built for %s); dmesg says why",
				  what, vermagic ? vermagic : "another kernel");
		return;
	case EEXIST:
		run_error("load", "%s is loaded already", what);
		return;
	}
	run_error("load", "cannot load %s: %s", what, strerror(error));
}

static void add_range(void *data, size_t which, const struct ksym *sym, const char *rest)
{
	struct ranges *r = data;
	struct ksym next = { 0 };

	while ((rest = kallsyms_line(r->symbols, rest, &next)) && next.address == sym->address)
		;
	if (!sym->module && rest && next.address > sym->address) {
		r->range[which].start = sym->address;
		r->range[which].end = next.address;
	}
}

/* START-END,... of the per-CPU symbols, or of the others. A module takes 1023 bytes. */
static void list_ranges(const struct ranges *r, bool percpu, char *ret, size_t size)
{
	uint64_t from = r->range[0].start, to = r->range[1].start;
	size_t used = 0, i;

	*ret = '\0';
	for (i = 2; i < N_FORBIDDEN && used + 40 < size; i++) {
		uint64_t start = r->range[i].start;

		if (r->range[i].end && (!(start >> 63) || (start >= from && start < to)) == percpu)
			used += snprintf(ret + used, size - used, "%s%" PRIx64 "-%" PRIx64,
					 used ? "," : "", start, r->range[i].end);
	}
}

/* 0 also where somebody else was quicker. */
static int load_slots(const char *path, struct kallsyms *symbols)
{
	struct ranges ranges = { .symbols = symbols };
	char plain[1024], percpu[1024], parameters[2200];
	int fd, error = 0;

	if (kallsyms_load(symbols))
		return -1;
	kallsyms_find(symbols, forbidden_symbols, N_FORBIDDEN, add_range, &ranges);
	list_ranges(&ranges, false, plain, sizeof(plain));
	list_ranges(&ranges, true, percpu, sizeof(percpu));
	snprintf(parameters, sizeof(parameters), "managed=1%s%s%s%s",
		 *plain ? " forbidden=" : "", plain, *percpu ? " forbidden_percpu=" : "", percpu);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		run_error("load", "cannot open %s: %s", path, strerror(errno));
		return -1;
	}
	if (syscall(SYS_finit_module, fd, parameters, 0))
		error = errno;
	close(fd);
	if (error && error != EEXIST) {
		refused(SLOTS, NULL, error);
		return -1;
	}
	return 0;
}

/* NAME_PID, cut so that the PID fits. */
static void rename_script(struct meta *meta)
{
	char suffix[16];
	size_t keep = strnlen(meta->name, META_NAME_SIZE - 1);
	size_t len = snprintf(suffix, sizeof(suffix), "_%d", (int)getpid());

	if (keep + len > META_NAME_SIZE - 1)
		keep = META_NAME_SIZE - 1 - len;
	memset(meta->name + keep, 0, META_NAME_SIZE - keep);
	memcpy(meta->name + keep, suffix, len);
}

int load_script(const struct run_options *options, struct meta *meta, struct kallsyms *symbols)
{
	const char *slots = options->slots_path ? options->slots_path : meta->slots;
	char parameters[32 + RUNNER_BYTES];
	int tries, error = 0;

	snprintf(parameters, 32, "priority=%d", options->priority);
	runner_parameters(parameters + strlen(parameters), RUNNER_BYTES);
	if (!options->keep_name)
		rename_script(meta);
	/* another script's end can take the arbiter away after we saw it: then the load says ENOENT */
	for (tries = 0; tries < 5; tries++) {
		if (slots && !is_loaded(SLOTS) && load_slots(slots, symbols))
			return -1;
		if (!syscall(SYS_init_module, meta->image, meta->image_size, parameters))
			return 0;
		error = errno;
		if (error != ENOENT && error != EBUSY && error != EINTR)
			break;
		usleep(20000);
	}
	if (error == ENOENT)
		run_error("load", "%s uses something that this kernel or the loaded " SLOTS " does not have; dmesg names it",
			  meta->name);
	else
		refused(meta->name, meta->vermagic, error);
	if (!is_loaded(meta->name))
		unload_script(meta);	/* the arbiter that was loaded for it */
	return -1;
}

void unload_script(const struct meta *meta)
{
	int tries;

	/* what holds it for a moment: a reader of /proc, a callback that ends */
	for (tries = 0; is_loaded(meta->name); tries++) {
		if (!syscall(SYS_delete_module, meta->name, O_NONBLOCK) || errno == ENOENT)
			break;
		if (errno != EAGAIN || tries >= 100) {
			run_warning("cannot unload %s: %s", meta->name, strerror(errno));
			return;
		}
		usleep(10000);
	}
	if (parameter_is_yes(SLOTS, "managed"))
		syscall(SYS_delete_module, SLOTS, O_NONBLOCK);	/* EWOULDBLOCK: others use it */
}

void load_sweep(void)
{
	DIR *dir = opendir(WT_SCRIPTS_DIR);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && parameter_is_yes(entry->d_name, "orphaned"))
			syscall(SYS_delete_module, entry->d_name, O_NONBLOCK);
	if (dir)
		closedir(dir);
}
