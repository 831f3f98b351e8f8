// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads of kernel memory that may not be there. Any context. */

/* As wt_fail(), with a message that is put together in the context. */
static void __printf(3, 4) wt_fail_saying(struct wt_ctx *c, const char *place, const char *format, ...)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	va_list args;

	va_start(args, format);
	vsnprintf(x->message, sizeof(x->message), format, args);
	va_end(args);
	wt_fail(c, place, x->message);
}

/* Reads bytes from somewhere; false where it cannot. */
typedef bool wt_reader(void *dst, unsigned long address, size_t bytes);

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

static void wt_cannot_read(struct wt_ctx *c, size_t bytes, unsigned long address, const char *place)
{
	wt_fail_saying(c, place, "cannot read %zu bytes of kernel memory at 0x%lx", bytes, address);
}

static long wt_kernel_read(struct wt_ctx *c, long address, unsigned int bytes, const char *place)
{
	long value;

	if (unlikely(!wt_read_long(address, bytes, &value)))
		wt_cannot_read(c, bytes, address, place);
	return value;
}

/* An object of the kernel's into dst; where it cannot be read, zeros and an error. */
static void wt_kernel_copy(struct wt_ctx *c, void *dst, unsigned long address, size_t bytes, const char *place)
{
	if (likely(wt_read(dst, address, bytes)))
		return;
	memset(dst, 0, bytes);
	wt_cannot_read(c, bytes, address, place);
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

/* What is read of a string at once; a piece that is aligned to it lies in one page. */
#define WT_PIECE 32

/* The bytes of a string that a script asked for n of. */
static long wt_string_bytes(long n)
{
	return clamp_t(long, n, 0, MAXSTRINGLEN - 1);
}

/*
 * Up to the first NUL, at most `most` bytes, and a NUL after them. False where
 * a byte before that is not readable; dst is "" then.
 */
static bool wt_read_string(wt_reader *read, char *dst, unsigned long address, long most)
{
	long n = 0;

	while (n < most) {
		long piece = min_t(long, most - n, WT_PIECE - (address + n) % WT_PIECE), length;

		if (!read(dst + n, address + n, piece)) {
			dst[0] = '\0';
			return false;
		}
		length = strnlen(dst + n, piece);
		n += length;
		if (length < piece)
			break;
	}
	dst[n] = '\0';
	return true;
}

void wt_kernel_string_n(struct wt_ctx *c, long address, long n, char *ret, const char *place)
{
	if (!wt_read_string(wt_read, ret, address, wt_string_bytes(n)))
		wt_fail_saying(c, place, "cannot read a string of kernel memory at 0x%lx", address);
}

void wt_kernel_string(struct wt_ctx *c, long address, char *ret, const char *place)
{
	wt_kernel_string_n(c, address, MAXSTRINGLEN, ret, place);
}

/* With what is returned where there is none. */
void wt_kernel_string_or(struct wt_ctx *c, long address, const char *otherwise, char *ret)
{
	if (!wt_read_string(wt_read, ret, address, MAXSTRINGLEN - 1))
		wt_copy(ret, otherwise);
}
