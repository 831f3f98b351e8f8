// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who runs the script: told by the program that loads it, as parameters of the
 * module. Any context.
 */
static int wt_target;
module_param_named(target, wt_target, int, 0600);
MODULE_PARM_DESC(target, "the process that target() names: of -x, or of -c's command");

static int wt_runner;
module_param_named(runner, wt_runner, int, 0400);
MODULE_PARM_DESC(runner, "the process that reads the script's output");

static int wt_runner_uid;
module_param_named(runner_uid, wt_runner_uid, int, 0400);
MODULE_PARM_DESC(runner_uid, "the user who runs the script");

static long wt_gmtoff;
module_param_named(gmtoff, wt_gmtoff, long, 0400);
MODULE_PARM_DESC(gmtoff, "seconds that the user's time zone lies west of Greenwich");

static char *wt_zone = "UTC";
module_param_named(zone, wt_zone, charp, 0400);
MODULE_PARM_DESC(zone, "the name of the user's time zone");

long wt_target_pid(struct wt_ctx *c)
{
	return READ_ONCE(wt_target);
}

long wt_stp_pid(struct wt_ctx *c)
{
	return wt_runner;
}

long wt_is_myproc(struct wt_ctx *c)
{
	return __kuid_val(current_uid()) == wt_runner_uid;
}

long wt_tz_gmtoff(struct wt_ctx *c)
{
	return wt_gmtoff;
}

void wt_tz_name(struct wt_ctx *c, char *ret)
{
	wt_copy(ret, wt_zone);
}

void wt_module_name(struct wt_ctx *c, char *ret)
{
	wt_copy(ret, THIS_MODULE->name);
}
