// SPDX-License-Identifier: GPL-2.0-or-later
/* Strings and memory with what is not printable as in C. Any context. */

/*
 * Room for WT_EVENT_BYTES, until the next output: what lies behind the last
 * item of the context. For functions that are never called while an item is
 * open: those that return a string or nothing, and the fallible ones.
 */
static void *wt_scratch(struct wt_ctx *c)
{
	return c->out;
}

/* The character at s, of n bytes: its code, how many bytes it takes. What is no UTF-8 is a byte. */
static u32 wt_utf8(const unsigned char *s, long n, int *bytes)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int i, more = s[0] >= 0xf8 ? 0 : s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : 0;
	u32 code = s[0] & (0x3f >> more);

	*bytes = 1;
	if (!more || more >= n)
		return s[0];
	for (i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return s[0];
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[more + 1] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return s[0];
	*bytes = more + 1;
	return code;
}

/* One character as C writes it, not terminated; at most 10 bytes. Returns how many. */
static int wt_escape(char *dst, u32 code, int bytes)
{
	if (bytes > 1)
		return sprintf(dst, code > 0xffff ? "\\U%08X" : "\\u%04X", code);
	return escape(dst, code, '"');
}

/*
 * At most n bytes of src, up to a NUL unless the buffer is meant as it is. The
 * result has at most `most` bytes (0: what fits into a string), at least 5
 * where it is quoted; then it ends with `"...` where that is not all.
 */
static void wt_quote(char *ret, const char *src, long n, long most, bool quoted, bool buffer)
{
	const unsigned char *s = (const unsigned char *)src;
	long used = 0, whole = 0, i = 0;
	char *dst = ret, one[12];
	int bytes, length;

	if (most <= 0 || most > MAXSTRINGLEN - 1)
		most = MAXSTRINGLEN - 1;
	if (quoted) {
		most = max(most, 5L) - 2;
		*dst++ = '"';
	}
	for (; i < n && (s[i] || buffer); i += bytes) {
		u32 code = wt_utf8(s + i, n - i, &bytes);

		length = wt_escape(one, code, bytes);
		if (used + length > most)
			break;
		memcpy(dst + used, one, length);
		used += length;
		if (used <= most - 3)
			whole = used;
	}
	if (!quoted)
		dst[used] = '\0';
	else if (i < n && (s[i] || buffer))
		strcpy(dst + whole, "\"...");
	else
		strcpy(dst + used, "\"");
}

void wt_text_strn(struct wt_ctx *c, const char *s, long n, long quoted, char *ret)
{
	wt_quote(ret, s, MAXSTRINGLEN - 1, n, quoted, false);
}

void wt_text_str(struct wt_ctx *c, const char *s, char *ret)
{
	wt_text_strn(c, s, 0, 0, ret);
}

void wt_string_quoted(struct wt_ctx *c, const char *s, char *ret)
{
	wt_text_strn(c, s, 0, 1, ret);
}

/* The string at address, n bytes at most, quoted. False where it is not readable. */
static bool wt_quote_string(struct wt_ctx *c, wt_reader *read, long address, long n, long most, char *ret)
{
	char *text = wt_scratch(c);

	if (!wt_read_string(read, text, address, n))
		return false;
	wt_quote(ret, text, MAXSTRINGLEN - 1, most, true, false);
	return true;
}

/* The n bytes at address, quoted. */
static bool wt_quote_buffer(struct wt_ctx *c, wt_reader *read, long address, long n, long most, char *ret)
{
	char *bytes = wt_scratch(c);

	n = n > 0 ? wt_string_bytes(n) : MAXSTRINGLEN - 1;
	if (!read(bytes, address, n))
		return false;
	wt_quote(ret, bytes, n, most, true, true);
	return true;
}

/* What stands for memory that is not readable. */
static void wt_hex_address(char *ret, long address)
{
	snprintf(ret, MAXSTRINGLEN, "0x%lx", address);
}

void wt_kernel_string_quoted(struct wt_ctx *c, long address, char *ret)
{
	if (!wt_quote_string(c, wt_read, address, MAXSTRINGLEN - 1, 0, ret))
		wt_hex_address(ret, address);
}

void wt_kernel_buffer_quoted_n(struct wt_ctx *c, long address, long n, long most, char *ret)
{
	if (!wt_quote_buffer(c, wt_read, address, n, most, ret))
		wt_hex_address(ret, address);
}

void wt_kernel_buffer_quoted(struct wt_ctx *c, long address, long n, char *ret)
{
	wt_kernel_buffer_quoted_n(c, address, n, 0, ret);
}

void wt_kernel_buffer_quoted_error(struct wt_ctx *c, long address, long n, long most, char *ret, const char *place)
{
	if (!wt_quote_buffer(c, wt_read, address, n, most, ret))
		wt_fail_saying(c, place, "cannot read a buffer of kernel memory at 0x%lx", address);
}
