// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 4: the order of its steps. */
#include "build.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static int build_script(struct build *b)
{
	if (cache_temp(b))
		return -1;
	switch (replay_script(b)) {
	case REPLAY_FAILED:
		return -1;
	case REPLAY_UNKNOWN:
		if (build_script_slowly(b))
			return -1;
		break;
	case REPLAY_DONE:
		break;
	}
	return cache_publish(b);
}

/* Up to where everything is there that does not depend on the script. */
static int build_kernel_steps(struct build *b)
{
	if (check_defines(b) || find_kernel(b) || find_compiler(b) ||
	    make_keys(b) || cache_open(b) || build_kernel_folder(b))
		return -1;
	return 0;
}

static int build_script_steps(struct build *b)
{
	const struct options *o = &b->session->options;

	/* -k wants to see a build: nothing is kept of one that did not happen */
	if ((o->keep || access(b->result, R_OK)) && build_script(b))
		return -1;
	if (!o->module_name || o->last_pass > 4) {
		b->session->module_path = b->result;
		return 0;
	}
	b->session->module_path = session_printf(b->session, "%s.ko", b->name);
	return cache_copy_out(b, b->session->module_path);
}

static int build(struct session *session, bool script, const char **ret_slots_path)
{
	struct build b = { .session = session, .keep = session->options.keep };
	int error;

	build_signals_begin();
	error = build_kernel_steps(&b) || (script && build_script_steps(&b));
	cache_drop_temp(&b);
	build_signals_end();
	if (error)
		return -1;
	*ret_slots_path = session_printf(session, "%s/kernel/watchtap_slots.ko", b.folder);
	return 0;
}

int build_module(struct session *session, const char **ret_slots_path)
{
	return build(session, true, ret_slots_path);
}

int build_slots(struct session *session, const char **ret_slots_path)
{
	return build(session, false, ret_slots_path);
}
