// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes. Any context: current stays while it is interrupted; another
 * task's struct is read as memory that may not be there, so that a stale or
 * wrong address is an error, or an odd answer, and no more.
 */

void wt_execname(struct wt_ctx *c, char *ret)
{
	_Static_assert(MAXSTRINGLEN >= 8, "room");
	strscpy(ret, current->comm, min_t(size_t, MAXSTRINGLEN, sizeof(current->comm)));
}

long wt_pid(struct wt_ctx *c)
{
	return current->tgid;
}

long wt_tid(struct wt_ctx *c)
{
	return current->pid;
}

/* A parent that changes meanwhile is freed after a grace period. */
long wt_ppid(struct wt_ctx *c)
{
	long pid;

	rcu_read_lock();
	pid = rcu_dereference(current->real_parent)->tgid;
	rcu_read_unlock();
	return pid;
}

void wt_pexecname(struct wt_ctx *c, char *ret)
{
	rcu_read_lock();
	strscpy(ret, rcu_dereference(current->real_parent)->comm, min_t(size_t, MAXSTRINGLEN, TASK_COMM_LEN));
	rcu_read_unlock();
}

long wt_pgrp(struct wt_ctx *c)
{
	return task_pgrp_nr_ns(current, &init_pid_ns);
}

long wt_sid(struct wt_ctx *c)
{
	return task_session_nr_ns(current, &init_pid_ns);
}

long wt_uid(struct wt_ctx *c)
{
	return __kuid_val(current_uid());
}

long wt_euid(struct wt_ctx *c)
{
	return __kuid_val(current_euid());
}

long wt_gid(struct wt_ctx *c)
{
	return __kgid_val(current_gid());
}

long wt_egid(struct wt_ctx *c)
{
	return __kgid_val(current_egid());
}

long wt_task_current(struct wt_ctx *c)
{
	return (long)current;
}

/* The caller holds rcu_read_lock(). A walk of a radix tree that takes no lock. Idle tasks have no number. */
static struct task_struct *wt_find_task(long pid)
{
	return pid == (int)pid ? pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID) : NULL;
}

/* 0 where there is no such task. */
long wt_pid2task(struct wt_ctx *c, long pid)
{
	long task;

	rcu_read_lock();
	task = (long)wt_find_task(pid);
	rcu_read_unlock();
	return task;
}

void wt_pid2execname(struct wt_ctx *c, long pid, char *ret)
{
	struct task_struct *task;

	ret[0] = '\0';
	rcu_read_lock();
	task = wt_find_task(pid);
	if (task)
		strscpy(ret, task->comm, min_t(size_t, MAXSTRINGLEN, sizeof(task->comm)));
	rcu_read_unlock();
}

/* Nanoseconds in user space or in the kernel, as far as they are accounted for; 0 where there is no such task. */
#define WT_TASK_TIME(member)							\
long wt_##member(struct wt_ctx *c)						\
{										\
	return READ_ONCE(current->member);					\
}										\
										\
long wt_##member##_of(struct wt_ctx *c, long pid)				\
{										\
	struct task_struct *task;						\
	long ns;								\
										\
	rcu_read_lock();							\
	task = wt_find_task(pid);						\
	ns = task ? READ_ONCE(task->member) : 0;				\
	rcu_read_unlock();							\
	return ns;								\
}

WT_TASK_TIME(utime)
WT_TASK_TIME(stime)

/* What is at object's member; 0 after an error. */
#define WT_MEMBER(c, type, object, member, place) ({				\
	typeof(((type *)NULL)->member) member_;					\
										\
	wt_kernel_copy(c, &member_, (object) + offsetof(type, member), sizeof(member_), place); \
	member_;								\
})

#define WT_TASK_FUNCTION(name, expression)					\
long wt_task_##name(struct wt_ctx *c, long task, const char *place)		\
{										\
	return (long)(expression);						\
}
#define WT_TASK(member)	WT_MEMBER(c, struct task_struct, task, member, place)
#define WT_CRED(member)	WT_MEMBER(c, struct cred, (long)WT_TASK(real_cred), member, place).val

WT_TASK_FUNCTION(pid, WT_TASK(tgid))
WT_TASK_FUNCTION(tid, WT_TASK(pid))
WT_TASK_FUNCTION(parent, WT_TASK(real_parent))
WT_TASK_FUNCTION(state, WT_TASK(WT_TASK_STATE) | WT_TASK(exit_state))
WT_TASK_FUNCTION(prio, WT_TASK(prio) - MAX_RT_PRIO)
WT_TASK_FUNCTION(nice, PRIO_TO_NICE(WT_TASK(static_prio)))
WT_TASK_FUNCTION(cpu, WT_TASK(WT_TASK_CPU))
WT_TASK_FUNCTION(uid, WT_CRED(uid))
WT_TASK_FUNCTION(gid, WT_CRED(gid))
WT_TASK_FUNCTION(euid, WT_CRED(euid))
WT_TASK_FUNCTION(egid, WT_CRED(egid))

void wt_task_execname(struct wt_ctx *c, long task, char *ret, const char *place)
{
	char name[TASK_COMM_LEN];

	wt_kernel_copy(c, name, task + offsetof(struct task_struct, comm), sizeof(name), place);
	name[TASK_COMM_LEN - 1] = '\0';
	wt_copy(ret, name);
}

/* How many files it may have open before its table grows; 0 where it has none any more. */
long wt_task_max_file_handles(struct wt_ctx *c, long task, const char *place)
{
	long files = (long)WT_TASK(files), table;

	if (!files)
		return 0;
	table = (long)WT_MEMBER(c, struct files_struct, files, fdt, place);
	return c->error ? 0 : WT_MEMBER(c, struct fdtable, table, max_fds, place);
}
