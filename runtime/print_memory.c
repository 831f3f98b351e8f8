// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes of %m and %M: read in the handler, formatted where printed. Any context. */

static bool wt_read_bytes(struct wt_ctx *c, void *dst, unsigned long address, long bytes,
			  bool user, const char *place)
{
	if (likely(user ? wt_read_user(dst, address, bytes) : wt_read(dst, address, bytes)))
		return true;
	wt_fail_saying(c, place, "cannot read %ld byte%s of %s memory at 0x%lx", bytes,
		       bytes == 1 ? "" : "s", user ? "user" : "kernel", address);
	return false;
}

/* A precision that says nothing says one byte. */
static long wt_byte_count(long precision)
{
	return precision > 0 ? precision : 1;
}

/* In a string the rest could not be kept. */
long wt_memory(struct wt_ctx *c, char *dst, long address, long bytes, _Bool user, const char *place)
{
	bytes = min_t(long, wt_byte_count(bytes), MAXSTRINGLEN - 1);
	return wt_read_bytes(c, dst, address, bytes, user, place) ? bytes : 0;
}

/* Where it fails the item is dropped when it is closed. */
void wt_print_memory(struct wt_ctx *c, long address, long bytes, _Bool user, const char *place)
{
	u16 n;

	if (c->error)
		return;
	bytes = wt_byte_count(bytes);
	if (unlikely(bytes > FMT_MAX_MEMORY)) {
		wt_fail_saying(c, place, "cannot print %ld bytes of memory: %d are the most", bytes,
			       FMT_MAX_MEMORY);
		return;
	}
	n = bytes;
	if (!wt_read_bytes(c, c->out + sizeof(n), address, n, user, place))
		return;
	memcpy(c->out, &n, sizeof(n));
	c->out += sizeof(n) + n;
}
