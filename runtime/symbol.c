// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of the kernel's symbols, from addresses. Any context. */

/*
 * The function that an address lies in, or the address in hex. sprint_symbol
 * takes no lock. Its text may be KSYM_SYMBOL_LEN long: cut to a string's room.
 */
void wt_symname(struct wt_ctx *c, long address, char *ret)
{
	char *name = wt_symbol_room(c);

	sprint_symbol_no_offset(name, address);
	name[strcspn(name, " ")] = '\0';	/* " [module]" */
	wt_copy(ret, name);
}

void wt_caller(struct wt_ctx *c, char *ret, const char *place)
{
	char *name = wt_symbol_room(c);
	long address = wt_stack(c, 1, place);

	if (c->error) {
		ret[0] = '\0';
		return;
	}
	sprint_symbol_no_offset(name, address);
	name[strcspn(name, " ")] = '\0';
	snprintf(ret, MAXSTRINGLEN, "%s 0x%lx", name, address);
}

/* "symbol+0x1/0x20 [module]", or the address in hex. */
static char *wt_symbol_text(struct wt_ctx *c, unsigned long address)
{
	char *text = wt_symbol_room(c);
	int n = sprint_symbol(text, address);

	if (strchr(text, '+') && !strchr(text, '['))
		strcpy(text + n, " [kernel]");
	return text;
}

void wt_symdata(struct wt_ctx *c, long address, char *ret)
{
	wt_copy(ret, wt_symbol_text(c, address));
}

void wt_modname(struct wt_ctx *c, long address, char *ret, const char *place)
{
	char *text = wt_symbol_text(c, address), *name = strrchr(text, '[');

	if (name) {
		name[strcspn(name, "]")] = '\0';
		wt_copy(ret, name + 1);
		return;
	}
	ret[0] = '\0';
	wt_fail_saying(c, place, "modname: 0x%lx is in no module", address);
}

/* A mark of wire.h; where a string cannot hold one, what is printed for an address without a place. */
static void wt_mark(char *ret, char kind, long address)
{
	if (MAXSTRINGLEN > WT_MARK_BYTES)
		snprintf(ret, MAXSTRINGLEN, "%c%c%016lx%c", WT_MARK_BEGIN, kind, address, WT_MARK_END);
	else
		snprintf(ret, MAXSTRINGLEN, "0x%lx", address);
}

void wt_pointer_text(struct wt_ctx *c, long address, char *ret)
{
	wt_mark(ret, WT_MARK_POINTER, address);
}

void wt_symfileline(struct wt_ctx *c, long address, char *ret)
{
	wt_mark(ret, WT_MARK_FILE_LINE, address);
}

void wt_symfile(struct wt_ctx *c, long address, char *ret)
{
	wt_mark(ret, WT_MARK_FILE, address);
}

void wt_symline(struct wt_ctx *c, long address, char *ret)
{
	wt_mark(ret, WT_MARK_LINE, address);
}

/*
 * A line of a backtrace as print_backtrace() has it: address is behind the
 * instruction that counts, so the name is that of the byte before. Returns the
 * bytes used; false in *fits where the line does not fit in whole.
 */
static unsigned int wt_symbol_line(struct wt_ctx *c, char *ret, unsigned int used, u64 address, bool *fits)
{
	char *text = wt_symbol_text(c, address - 1), *plus = strrchr(text, '+'), *rest = NULL;
	unsigned long offset = 0;
	int n;

	if (plus) {
		*plus = '\0';
		offset = wt_strtol(c, plus + 1, 16) + 1;
		rest = strchr(plus + 1, '/');
	}
	if (rest)
		n = snprintf(ret + used, MAXSTRINGLEN - used, " 0x%016llx : %s+0x%lx%s\n", address, text, offset, rest);
	else
		n = snprintf(ret + used, MAXSTRINGLEN - used, " 0x%016llx\n", address);
	*fits = used + n < MAXSTRINGLEN;
	if (!*fits)
		ret[used] = '\0';
	return *fits ? used + n : used;
}

void wt_sprint_syms(struct wt_ctx *c, const char *list, char *ret)
{
	unsigned int used = 0;
	bool fits = true;
	u64 address;

	ret[0] = '\0';
	while (fits && wt_next_address(&list, &address))
		used = wt_symbol_line(c, ret, used, address, &fits);
}

void wt_sprint_backtrace(struct wt_ctx *c, char *ret)
{
	unsigned int i, n, used = 0;
	bool fits = true;
	u64 *frames;

	ret[0] = '\0';
	n = wt_frames(c, MAXTRACE, &frames);
	for (i = 0; i < n && fits; i++)
		used = wt_symbol_line(c, ret, used, frames[i], &fits);
}

/* The function whose code was interrupted; "" where none was. */
void wt_probefunc(struct wt_ctx *c, char *ret)
{
	struct pt_regs *regs = wt_kernel_regs(c);

	ret[0] = '\0';
	/* behind the access, or behind the int3 of a kprobe */
	if (regs)
		wt_symname(c, instruction_pointer(regs) - 1, ret);
}

/* The name in function("NAME") of a probe point, unless it has wildcards. */
static bool wt_named_function(const char *point, char *ret)
{
	const char *name = strstr(point, "function(\"");
	size_t n;

	if (!name)
		return false;
	name += strlen("function(\"");
	n = min_t(size_t, strcspn(name, "\"@"), MAXSTRINGLEN - 1);
	memcpy(ret, name, n);
	ret[n] = '\0';
	return !strpbrk(ret, "*?[{");
}

/* Of a data probe the function that touched the data, of a function's probe that function, else "". */
void wt_ppfunc(struct wt_ctx *c, char *ret)
{
	const struct wt_probe *probe = container_of(c, struct wt_context, c)->probe;

	if (probe->kind == WT_FUNCTION && wt_named_function(probe->point, ret))
		return;
	ret[0] = '\0';
	if (probe->kind == WT_DATA || (probe->kind == WT_FUNCTION && !probe->returns))
		wt_probefunc(c, ret);
}
