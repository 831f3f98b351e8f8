// SPDX-License-Identifier: GPL-2.0-or-later
/* The CPU's registers, as they were when a probe interrupted the code. Any context. */

#define WT_WHOLE(name, member)	{ name, 8, offsetof(struct pt_regs, member) }
#define WT_PART(name, member, bytes, from) { name, bytes, offsetof(struct pt_regs, member) + from }

/* With SystemTap's names: those that have no r or e before them are 16 bits. */
static const struct wt_register {
	char name[9];
	u8 bytes, at;
} wt_register_table[] = {
	WT_WHOLE("rax", ax), WT_WHOLE("rbx", bx), WT_WHOLE("rcx", cx), WT_WHOLE("rdx", dx),
	WT_WHOLE("rsi", si), WT_WHOLE("rdi", di), WT_WHOLE("rbp", bp), WT_WHOLE("rsp", sp),
	WT_WHOLE("r8", r8), WT_WHOLE("r9", r9), WT_WHOLE("r10", r10), WT_WHOLE("r11", r11),
	WT_WHOLE("r12", r12), WT_WHOLE("r13", r13), WT_WHOLE("r14", r14), WT_WHOLE("r15", r15),
	WT_WHOLE("rip", ip), WT_WHOLE("eflags", flags), WT_WHOLE("orig_rax", orig_ax),
	WT_WHOLE("xcs", cs), WT_WHOLE("xss", ss),
	WT_PART("eax", ax, 4, 0), WT_PART("ebx", bx, 4, 0), WT_PART("ecx", cx, 4, 0), WT_PART("edx", dx, 4, 0),
	WT_PART("esi", si, 4, 0), WT_PART("edi", di, 4, 0), WT_PART("ebp", bp, 4, 0), WT_PART("esp", sp, 4, 0),
	WT_PART("eip", ip, 4, 0), WT_PART("orig_eax", orig_ax, 4, 0),
	WT_PART("ax", ax, 2, 0), WT_PART("bx", bx, 2, 0), WT_PART("cx", cx, 2, 0), WT_PART("dx", dx, 2, 0),
	WT_PART("si", si, 2, 0), WT_PART("di", di, 2, 0), WT_PART("bp", bp, 2, 0), WT_PART("sp", sp, 2, 0),
	WT_PART("ip", ip, 2, 0), WT_PART("flags", flags, 2, 0), WT_PART("orig_ax", orig_ax, 2, 0),
	WT_PART("cs", cs, 2, 0), WT_PART("ss", ss, 2, 0),
	WT_PART("al", ax, 1, 0), WT_PART("bl", bx, 1, 0), WT_PART("cl", cx, 1, 0), WT_PART("dl", dx, 1, 0),
	WT_PART("ah", ax, 1, 1), WT_PART("bh", bx, 1, 1), WT_PART("ch", cx, 1, 1), WT_PART("dh", dx, 1, 1),
};

static void wt_no_register(struct wt_ctx *c, const char *name, const char *place)
{
	char *names = wt_scratch(c);
	size_t i, used = 0;

	for (i = 0; i < ARRAY_SIZE(wt_register_table); i++)
		used += sprintf(names + used, " %s", wt_register_table[i].name);
	wt_fail_saying(c, place, "there is no register \"%s\" but%s", name, names);
}

/* The register's bytes at the end of 8, the others 0; *ret NULL after an error. */
static u64 wt_register_bits(struct wt_ctx *c, const char *name, const char *place, const struct wt_register **ret)
{
	struct pt_regs *regs = container_of(c, struct wt_context, c)->regs;
	const struct wt_register *r = wt_register_table;
	u64 value = 0;

	*ret = NULL;
	if (!regs) {
		wt_fail(c, place, "there are no registers here: no code was interrupted");
		return 0;
	}
	while (r < wt_register_table + ARRAY_SIZE(wt_register_table) && strcmp(r->name, name))
		r++;
	if (r == wt_register_table + ARRAY_SIZE(wt_register_table)) {
		wt_no_register(c, name, place);
		return 0;
	}
	*ret = r;
	memcpy(&value, (char *)regs + r->at, r->bytes);
	return value;
}

/* Sign-extended. */
long wt_register(struct wt_ctx *c, const char *name, const char *place)
{
	const struct wt_register *r;
	u64 value = wt_register_bits(c, name, place, &r);
	int shift = r ? 64 - 8 * r->bytes : 0;

	return (long)(value << shift) >> shift;
}

long wt_u_register(struct wt_ctx *c, const char *name, const char *place)
{
	const struct wt_register *r;

	return wt_register_bits(c, name, place, &r);
}

long wt_registers_valid(struct wt_ctx *c)
{
	return container_of(c, struct wt_context, c)->regs != NULL;
}
