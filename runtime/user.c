// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads of the current process's memory. Any context: what is not in memory
 * now is not fetched, it cannot be read.
 */

/* False for a thread of the kernel, whose page tables are somebody else's. */
static bool wt_read_user(void *dst, unsigned long address, size_t bytes)
{
	unsigned long cr2 = read_cr2();

	if (!current->mm || current->flags & PF_KTHREAD)
		return false;
	if (likely(copy_from_user_nofault(dst, (const void __user *)address, bytes) == 0))
		return true;
	write_cr2(cr2);		/* see memory.c */
	return false;
}

/* What the functions called ..._warn say where there is nothing to read. */
static void wt_warn_user(struct wt_ctx *c, const char *what, unsigned long address)
{
	char text[80];

	snprintf(text, sizeof(text), "cannot read %s of user memory at 0x%lx", what, address);
	wt_warn(c, text);
}

static void wt_no_user(struct wt_ctx *c, const char *what, unsigned long address, const char *place)
{
	wt_fail_saying(c, place, "cannot read %s of user memory at 0x%lx", what, address);
}

/* A number, 0 where it cannot be read; with a warning; with an error. */
#define WT_USER_NUMBER(name, type, what)						\
long wt_user_##name(struct wt_ctx *c, long address)				\
{										\
	type v;									\
										\
	return wt_read_user(&v, address, sizeof(v)) ? (long)v : 0;		\
}										\
										\
long wt_user_##name##_warn(struct wt_ctx *c, long address)			\
{										\
	type v;									\
										\
	if (wt_read_user(&v, address, sizeof(v)))				\
		return v;							\
	wt_warn_user(c, what, address);						\
	return 0;								\
}										\
										\
long wt_user_##name##_error(struct wt_ctx *c, long address, const char *place)	\
{										\
	type v;									\
										\
	if (wt_read_user(&v, address, sizeof(v)))				\
		return v;							\
	wt_no_user(c, what, address, place);					\
	return 0;								\
}

WT_USER_NUMBER(s8, s8, "1 byte")
WT_USER_NUMBER(u8, u8, "1 byte")
WT_USER_NUMBER(s16, s16, "2 bytes")
WT_USER_NUMBER(u16, u16, "2 bytes")
WT_USER_NUMBER(s32, s32, "4 bytes")
WT_USER_NUMBER(u32, u32, "4 bytes")
WT_USER_NUMBER(s64, s64, "8 bytes")

void wt_user_string_n(struct wt_ctx *c, long address, long n, char *ret, const char *place)
{
	if (!wt_read_string(wt_read_user, ret, address, wt_string_bytes(n)))
		wt_no_user(c, "a string", address, place);
}

void wt_user_string(struct wt_ctx *c, long address, char *ret, const char *place)
{
	wt_user_string_n(c, address, MAXSTRINGLEN, ret, place);
}

/* With what is returned where there is none. */
void wt_user_string_n_or(struct wt_ctx *c, long address, long n, const char *otherwise, char *ret)
{
	if (!wt_read_string(wt_read_user, ret, address, wt_string_bytes(n)))
		wt_copy(ret, otherwise);
}

void wt_user_string_or(struct wt_ctx *c, long address, const char *otherwise, char *ret)
{
	wt_user_string_n_or(c, address, MAXSTRINGLEN, otherwise, ret);
}

void wt_user_string_n_warn_or(struct wt_ctx *c, long address, long n, const char *otherwise, char *ret)
{
	if (wt_read_string(wt_read_user, ret, address, wt_string_bytes(n)))
		return;
	wt_warn_user(c, "a string", address);
	wt_copy(ret, otherwise);
}

void wt_user_string_n_warn(struct wt_ctx *c, long address, long n, char *ret)
{
	wt_user_string_n_warn_or(c, address, n, "", ret);
}

void wt_user_string_warn_or(struct wt_ctx *c, long address, const char *otherwise, char *ret)
{
	wt_user_string_n_warn_or(c, address, MAXSTRINGLEN, otherwise, ret);
}

void wt_user_string_warn(struct wt_ctx *c, long address, char *ret)
{
	wt_user_string_n_warn_or(c, address, MAXSTRINGLEN, "", ret);
}

/* Quoted; the address where it cannot be read. */
void wt_user_string_n_quoted_to(struct wt_ctx *c, long address, long n, long most, char *ret)
{
	if (!wt_quote_string(c, wt_read_user, address, wt_string_bytes(n), most, ret))
		wt_hex_address(ret, address);
}

void wt_user_string_n_quoted(struct wt_ctx *c, long address, long n, char *ret)
{
	wt_user_string_n_quoted_to(c, address, n, n, ret);
}

void wt_user_string_quoted(struct wt_ctx *c, long address, char *ret)
{
	wt_user_string_n_quoted_to(c, address, MAXSTRINGLEN, 0, ret);
}

void wt_user_buffer_quoted(struct wt_ctx *c, long address, long n, long most, char *ret)
{
	if (!wt_quote_buffer(c, wt_read_user, address, n, most, ret))
		wt_hex_address(ret, address);
}

void wt_user_buffer_quoted_error(struct wt_ctx *c, long address, long n, long most, char *ret, const char *place)
{
	if (!wt_quote_buffer(c, wt_read_user, address, n, most, ret))
		wt_no_user(c, "a buffer", address, place);
}

void wt_kernel_or_user_string_quoted(struct wt_ctx *c, long address, char *ret)
{
	if (!wt_quote_string(c, wt_read, address, MAXSTRINGLEN - 1, 0, ret))
		wt_user_string_quoted(c, address, ret);
}

/*
 * The arguments of the command line from number n to m (m < 0: to the last),
 * with delimiter between them; as far as they can be read.
 */
void wt_cmdline_args(struct wt_ctx *c, long n, long m, const char *delimiter, char *ret)
{
	char *one = wt_scratch(c);
	unsigned long at, end;
	long i, used = 0;

	ret[0] = '\0';
	if (!current->mm)
		return;
	at = current->mm->arg_start;
	end = current->mm->arg_end;
	/* as much as one result holds; without the limit a long line would be a long handler */
	for (i = 0; at < end && (m < 0 || i <= m) && i < MAXSTRINGLEN && used < MAXSTRINGLEN - 1; i++) {
		if (!wt_read_string(wt_read_user, one, at, MAXSTRINGLEN - 1))
			break;
		at += strlen(one) + 1;
		if (i > n)
			used = wt_add(ret, used, delimiter, wt_length(delimiter));
		if (i > n && !*one)
			used = wt_add(ret, used, "\"\"", 2);
		else if (i >= n)
			used = wt_add(ret, used, one, strlen(one));
	}
	ret[used] = '\0';
}
