// SPDX-License-Identifier: GPL-2.0-or-later
/* What has types of C: memory, pieces of values, enumerators. Any context. */

/* 1 to 8 bytes as a number; *ret is 0 where they cannot be read. */
static bool wt_read_sized(unsigned long address, unsigned int size, bool is_signed, long *ret)
{
	unsigned char bytes[8];

	*ret = 0;
	if (!wt_read(bytes, address, size))
		return false;
	*ret = wt_bytes(bytes, size, is_signed);
	return true;
}

long wt_load(struct wt_ctx *c, long address, unsigned int size, bool is_signed, const char *place)
{
	long value;

	if (unlikely(!wt_read_sized(address, size, is_signed, &value)))
		wt_cannot_read(c, size, address, place);
	return value;
}

static bool wt_is_inside(struct wt_ctx *c, unsigned long length, long offset, unsigned int size, const char *place)
{
	if (likely(offset >= 0 && offset + size <= length))
		return true;
	wt_fail_saying(c, place, "byte %ld is outside of the %lu bytes that are watched", offset, length);
	return false;
}

long wt_piece(struct wt_ctx *c, const unsigned char *from, unsigned long length, long offset, unsigned int size,
	      bool is_signed, const char *place)
{
	return wt_is_inside(c, length, offset, size, place) ? wt_bytes(from + offset, size, is_signed) : 0;
}

void wt_piece_string(struct wt_ctx *c, const unsigned char *from, unsigned long length, long offset, unsigned int size,
		     char *ret, const char *place)
{
	unsigned int n;

	ret[0] = '\0';
	if (!wt_is_inside(c, length, offset, size, place))
		return;
	n = strnlen((const char *)from + offset, min_t(unsigned int, size, MAXSTRINGLEN - 1));
	memcpy(ret, from + offset, n);
	ret[n] = '\0';
}

/* "A|B|0x8" of bits that combine. */
static void wt_flag_names(unsigned long value, const struct wt_name *names, char *ret)
{
	unsigned int used = 0;

	for (; names->name; names++) {
		if (!names->value || (value & names->value) != names->value)
			continue;
		value &= ~names->value;
		used += scnprintf(ret + used, MAXSTRINGLEN - used, "%s%s", used ? "|" : "", names->name);
	}
	if (value)
		scnprintf(ret + used, MAXSTRINGLEN - used, "%s0x%lx", used ? "|" : "", value);
}

void wt_enum_name(long value, const struct wt_name *names, char *ret)
{
	const struct wt_name *name = names;

	while (name->name && name->value != value)
		name++;
	if (name->name)
		wt_copy(ret, name->name);
	else if (name->value && value)
		wt_flag_names(value, names, ret);
	else
		scnprintf(ret, MAXSTRINGLEN, "%ld", value);
}
