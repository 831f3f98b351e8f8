/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types from the headers of the kernel that the tests run on. */
#ifndef HEADERS_KERNEL_H
#define HEADERS_KERNEL_H

#include <dirent.h>
#include <sys/wait.h>

#include "build/compiler.h"
#include "check.h"

/* Tested elsewhere: here there are only headers. */
struct type_reader *__attribute__((weak)) btf_open(struct session *s, const char *path, struct type_reader *base)
{
	return NULL;
}

static int has_headers(const struct dirent *e)
{
	char path[512];

	snprintf(path, sizeof(path), "/lib/modules/%s/build/include/config/auto.conf", e->d_name);
	return !access(path, R_OK);
}

/* As testsuite/lib/watchtap.exp chooses it; NULL: there is none. */
static const char *test_release(struct session *s)
{
	const char *ret = getenv("WATCHTAP_TEST_KERNEL");
	struct dirent **all;
	int n = ret ? 0 : scandir("/lib/modules", &all, has_headers, versionsort);

	for (int i = 0; i < n; i++)
		if (!ret || strncmp(ret, "6.1.", 4) || !strncmp(all[i]->d_name, "6.1.", 4))
			ret = session_strdup(s, all[i]->d_name);
	return ret;
}

struct answer {
	struct ctype *type;
	bool per_cpu;
	unsigned n;
};

static void take(const struct cvariable *v, void *data)
{
	struct answer *a = data;

	a->type = v->type;
	a->per_cpu = v->per_cpu;
	a->n++;
}

static struct answer ask(struct types *t, const char *name)
{
	struct answer ret = { .n = 0 };

	types_variables(t, name, take, &ret);
	return ret;
}

static void test_variable(struct session *s, struct types *t, const char *name, const char *type, uint64_t least,
			  bool per_cpu)
{
	struct answer a = ask(t, name);
	const char *got = a.type ? ctype_spell(s, a.type) : "none";

	report(!strcmp(got, type) && (!a.type || a.type->size >= least) && a.per_cpu == per_cpu, "%s: %s", name, got);
}

static void test_variables(struct session *s, struct types *t)
{
	test_variable(s, t, "panic_timeout", "int", 4, false);
	test_variable(s, t, "init_pid_ns", "struct pid_namespace", 50, false);
	test_variable(s, t, "jiffies", "long unsigned int", 8, false);
	test_variable(s, t, "init_task", "struct task_struct", 1000, false);
	test_variable(s, t, "cpu_info", "struct cpuinfo_x86", 50, true);
	test_variable(s, t, "system_wq", "struct workqueue_struct *", 8, false);
	test_variable(s, t, "saved_command_line", "char *", 8, false);
	/* a macro of that name stands for something else */
	test_variable(s, t, "cpu_online_mask", "none", 0, false);
	test_variable(s, t, "vm_dirty_ratio", "none", 0, false);
	test_variable(s, t, "printk", "none", 0, false);
	test_variable(s, t, "", "none", 0, false);
	test_variable(s, t, "int", "none", 0, false);
	test_variable(s, t, "panic_timeout; int x", "none", 0, false);
	test_variable(s, t, "$(exit 1)", "none", 0, false);
	test_variable(s, t, "../../index", "none", 0, false);
	report(ask(t, "panic_*").n > 1, "a pattern gives names");
	report(!ask(t, "wt_no_such_*").n, "or none");
}

static bool has_member(struct ctype *t, const char *name)
{
	for (const struct cmember *m = t ? ctype_members(t) : NULL; m; m = m->next)
		if (m->name && !strcmp(m->name, name))
			return true;
	return false;
}

static void test_types(struct types *t)
{
	struct ctype *type = types_find(t, TAG_STRUCT, "list_head");

	report(type && type->size == 16 && has_member(type, "prev"), "struct list_head");
	type = types_find(t, TAG_NONE, "spinlock_t");
	report(type && type->kind == CTYPE_STRUCT && type->size >= 4, "spinlock_t");
	type = types_find(t, TAG_ENUM, "pid_type");
	report(type && type->kind == CTYPE_ENUM && ctype_values(type), "enum pid_type");
	report(has_member(types_find(t, TAG_STRUCT, "net_device"), "ifindex"), "struct net_device");
	report(!types_find(t, TAG_STRUCT, "no_such"), "no struct no_such");
	report(!types_find(t, TAG_STRUCT, "list_head *x; struct y"), "no type that is more than a name");
}

static void test_header(struct session *s)
{
	static const struct { const char *headers; bool good; } cases[] = {
		{ "linux/sched.h", true },
		{ "<linux/fs.h><linux/pid.h>", true },
		{ "linux/fs.h><linux/pid.h", true },
		{ "linux/no_such.h", false },
		{ "../../../etc/passwd", false },
		{ "/etc/passwd", false },
		{ "linux/sched.h\n#error", false },
		{ "linux/sched.h\"", false },
		{ "<>", false },
		{ "", false },
	};
	struct types *t;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		report(!types_of_header(s, cases[i].headers) == !cases[i].good, "headers, %zu", i);
	t = types_of_header(s, "linux/sched.h");
	report(t && has_member(types_find(t, TAG_STRUCT, "task_struct"), "pid"), "struct task_struct of linux/sched.h");
}

/* The folder where the kernel's index is. */
static const char *types_folder(struct session *s)
{
	struct kernel_compiler *c = kernel_compiler_open(s);

	return c ? c->folder : "";
}

static unsigned count_objects(struct session *s)
{
	DIR *dir = opendir(session_printf(s, "%s/objects", types_folder(s)));
	unsigned ret = 0;

	while (dir && readdir(dir))
		ret++;
	if (dir)
		closedir(dir);
	return ret;
}

static void damage_all(struct session *s, const char *where)
{
	DIR *dir = opendir(where);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		const char *path = session_printf(s, "%s/%s", where, e->d_name);

		if (*e->d_name != '.' && truncate(path, 1000))
			abort();
	}
	if (dir)
		closedir(dir);
}

/* The answers that are kept; and what is damaged of them is made again. */
static void test_kept(struct session *s)
{
	const char *at = types_folder(s);
	unsigned before = count_objects(s);

	test_variable(s, types_of(s, NULL), "panic_timeout", "int", 4, false);
	report(count_objects(s) == before, "it was kept");
	types_close(s);
	damage_all(s, session_printf(s, "%s/objects", at));
	test_variable(s, types_of(s, NULL), "panic_timeout", "int", 4, false);
	types_close(s);
	if (truncate(session_printf(s, "%s/index", at), 5000))
		abort();
	test_variable(s, types_of(s, NULL), "panic_timeout", "int", 4, false);
	types_close(s);
	unlink(session_printf(s, "%s/names/wt_variable_panic_timeout", at));
	if (symlink("../../etc/passwd", session_printf(s, "%s/names/wt_variable_panic_timeout", at)))
		abort();
	test_variable(s, types_of(s, NULL), "panic_timeout", "int", 4, false);
	types_close(s);
}

static void test_prefetch(struct session *s)
{
	static const char *const names[] = {
		"oops_in_progress", "nr_threads", "nr_cpu_ids", "no_such", "x; y", "init_uts_ns", "runqueues", "zap",
		"nr_threads", "avenrun",
	};
	unsigned before = count_objects(s), after;
	struct type_reader *reader = headers_open(s);

	headers_prefetch(reader, names, sizeof(names) / sizeof(names[0]));
	reader->ops->close(reader);
	after = count_objects(s);
	test_variable(s, types_of(s, NULL), "nr_threads", "int", 4, false);
	test_variable(s, types_of(s, NULL), "init_uts_ns", "struct uts_namespace", 300, false);
	test_variable(s, types_of(s, NULL), "avenrun", "long unsigned int []", 0, false);
	report(after == before + 1 && count_objects(s) == after, "several in one object: %u", after - before);
	types_close(s);
}

/* Several programs that begin with an empty cache at once. */
static void test_at_once(struct session *s)
{
	int status, good = 1;

	setenv("WATCHTAP_CACHE", session_printf(s, "%s/other", folder), 1);
	for (int i = 0; i < 3; i++) {
		if (!fork()) {
			struct answer a = ask(types_of(s, NULL), "panic_timeout");
			struct answer b = ask(types_of(s, NULL), i ? "jiffies" : "system_wq");

			_exit(!(a.type && a.type->size == 4 && b.type && b.type->size == 8));
		}
	}
	while (wait(&status) > 0)
		good &= WIFEXITED(status) && !WEXITSTATUS(status);
	report(good, "three programs at once");
	setenv("WATCHTAP_CACHE", folder, 1);
}

static void test_nothing(struct session *s)
{
	s->options.release = "0.0.0-none";
	report(!headers_open(s) && !header_open(s, "linux/sched.h"), "a kernel without headers");
	s->options.release = test_release(s);
	setenv("WATCHTAP_CACHE", "/proc/no/such/folder", 1);
	report(!ask(types_of(s, NULL), "jiffies").n, "no cache to write to");
	types_close(s);
	setenv("WATCHTAP_CACHE", folder, 1);
}

static void test_kernel(struct session *s)
{
	s->options.release = test_release(s);
	if (!s->options.release) {
		report(true, "no kernel has headers here");
		return;
	}
	test_variables(s, types_of(s, NULL));
	test_types(types_of(s, NULL));
	test_header(s);
	types_close(s);
	test_kept(s);
	test_prefetch(s);
	test_at_once(s);
	test_nothing(s);
	report(!s->errors && !s->warnings && !s->trying && !s->kept_back, "nothing was said");
}

#endif
