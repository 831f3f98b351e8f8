// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads of kernel memory that may not be there. Any context. */

/*
 * A fault inside a #DB handler would overwrite CR2, which the interrupted code
 * may be about to read (a page fault's first instructions can be watched too).
 */
static bool wt_read(void *dst, unsigned long address, size_t bytes)
{
	unsigned long cr2 = read_cr2();

	if (likely(copy_from_kernel_nofault(dst, (void *)address, bytes) == 0))
		return true;
	write_cr2(cr2);
	return false;
}

/*
 * The value of 1, 2, 4 or 8 bytes, sign-extended. False when it is not
 * readable; *ret is 0 then. Other lengths have no value and read as 0.
 */
static bool wt_read_long(unsigned long address, unsigned long bytes, long *ret)
{
	union { s8 b; s16 h; s32 w; s64 d; } v;

	*ret = 0;
	switch (bytes) {
	case 1:
		if (!wt_read(&v.b, address, 1))
			return false;
		*ret = v.b;
		return true;
	case 2:
		if (!wt_read(&v.h, address, 2))
			return false;
		*ret = v.h;
		return true;
	case 4:
		if (!wt_read(&v.w, address, 4))
			return false;
		*ret = v.w;
		return true;
	case 8:
		if (!wt_read(&v.d, address, 8))
			return false;
		*ret = v.d;
		return true;
	}
	return false;
}

static long wt_kernel_read(struct wt_ctx *c, long address, unsigned int bytes, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	long value;

	if (unlikely(!wt_read_long(address, bytes, &value))) {
		snprintf(x->message, sizeof(x->message),
			 "cannot read %u bytes of kernel memory at 0x%lx", bytes, address);
		wt_fail(c, place, x->message);
	}
	return value;
}

long wt_kernel_char(struct wt_ctx *c, long address, const char *place)
{
	return wt_kernel_read(c, address, 1, place);
}

long wt_kernel_short(struct wt_ctx *c, long address, const char *place)
{
	return wt_kernel_read(c, address, 2, place);
}

long wt_kernel_int(struct wt_ctx *c, long address, const char *place)
{
	return wt_kernel_read(c, address, 4, place);
}

long wt_kernel_long(struct wt_ctx *c, long address, const char *place)
{
	return wt_kernel_read(c, address, 8, place);
}

/* Up to the first NUL, cut at MAXSTRINGLEN; an error only if not one byte is readable. */
void wt_kernel_string(struct wt_ctx *c, long address, char *ret, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	int i;

	for (i = 0; i < MAXSTRINGLEN - 1; i++) {
		if (!wt_read(&ret[i], (unsigned long)address + i, 1)) {
			ret[i] = '\0';
			if (i)
				return;
			snprintf(x->message, sizeof(x->message),
				 "cannot read a string of kernel memory at 0x%lx", address);
			wt_fail(c, place, x->message);
			return;
		}
		if (!ret[i])
			return;
	}
	ret[i] = '\0';
}
