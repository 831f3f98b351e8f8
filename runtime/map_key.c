// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An array's element: its keys and value in one piece of memory, laid out when
 * the module is loaded; and keys that are looked for. Strings are compared by
 * hash and length first, so that their bytes are read once in a search, and
 * nothing is done with what lies behind their end.
 */

/* Elements are numbered from 1, so that 0 is none. */
struct wt_node {
	u32 hash;
	u32 chain;		/* the next one with this hash; of unused ones, the next of them */
	u32 next, prev;		/* younger, elder */
	u64 born;		/* rises with each that is made; 0: unused */
	/* then what struct wt_layout says */
};

struct wt_text {
	u32 len;
	char text[MAXSTRINGLEN];
};

/* Where in an element its parts are, in bytes. */
struct wt_layout {
	const char *keys;	/* the map's */
	u32 key_count;
	u32 key_at[WT_MAX_KEYS];
	u32 value_at;
	char value;		/* the map's */
	u32 bytes;
	struct wt_stat_kind stat;
};

/* Keys that are looked for, with what is worth working out once. */
struct wt_key {
	const wt_datum *data;
	u32 hash;
	u32 len[WT_MAX_KEYS];	/* of strings */
};

/* The numbers come before the long strings. 0, or -EINVAL: there is no such histogram. */
static int wt_layout_init(struct wt_layout *l, const struct wt_map *map)
{
	u32 i, at = sizeof(struct wt_node);
	int error;

	l->keys = map->keys;
	l->key_count = strlen(map->keys);
	l->value = map->value;
	for (i = 0; i < l->key_count; i++) {
		if (l->keys[i] != 'd')
			continue;
		l->key_at[i] = at;
		at += sizeof(long);
	}
	if (map->value == 'd') {
		l->value_at = at;
		at += sizeof(long);
	}
	for (i = 0; i < l->key_count; i++) {
		if (l->keys[i] != 's')
			continue;
		l->key_at[i] = at;
		at += ALIGN(sizeof(struct wt_text), sizeof(u32));
	}
	if (map->value == 's') {
		l->value_at = at;
		at += MAXSTRINGLEN;
	}
	l->bytes = ALIGN(at, sizeof(long));
	if (map->value != 'x')
		return 0;
	l->value_at = l->bytes;
	error = wt_stat_kind_init(&l->stat, &map->stat);
	l->bytes += l->stat.bytes;
	return error;
}

static __always_inline void *wt_node_value(const struct wt_layout *l, const struct wt_node *node)
{
	return (unsigned char *)node + l->value_at;
}

static __always_inline long *wt_node_long(const struct wt_layout *l, const struct wt_node *node, u32 key)
{
	return (long *)((unsigned char *)node + l->key_at[key]);
}

static __always_inline struct wt_text *wt_node_text(const struct wt_layout *l,
						    const struct wt_node *node, u32 key)
{
	return (struct wt_text *)((unsigned char *)node + l->key_at[key]);
}

static __always_inline u64 wt_hash_word(u64 hash, u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;	/* 2^64 / the golden ratio, odd */
	return hash ^ hash >> 32;
}

static __always_inline void wt_key_init(struct wt_key *key, const struct wt_layout *l, const wt_datum *data)
{
	u64 hash = 0, word;
	u32 i, at;

	key->data = data;
	for (i = 0; i < l->key_count; i++) {
		if (l->keys[i] == 'd') {
			hash = wt_hash_word(hash, data[i].n);
			continue;
		}
		key->len[i] = strnlen(data[i].s, MAXSTRINGLEN - 1);
		for (at = 0; at + sizeof(word) <= key->len[i]; at += sizeof(word)) {
			memcpy(&word, data[i].s + at, sizeof(word));
			hash = wt_hash_word(hash, word);
		}
		/* the rest, and the length so that "" and no key differ */
		for (word = key->len[i]; at < key->len[i]; at++)
			word = word << 8 ^ (unsigned char)data[i].s[at];
		hash = wt_hash_word(hash, word);
	}
	key->hash = hash;
}

/* The keys that are looked for, but for those in any: they become 0 or "". room is the caller's. */
static void wt_key_init_slice(struct wt_key *key, const struct wt_layout *l, const wt_datum *data,
			      unsigned int any, wt_datum *room)
{
	u32 i;

	for (i = 0; i < l->key_count; i++) {
		if (!(any >> i & 1))
			room[i] = data[i];
		else if (l->keys[i] == 's')
			room[i].s = "";
		else
			room[i].n = 0;
	}
	wt_key_init(key, l, room);
}

/* The keys of an element; data is the caller's room for them. */
static void wt_key_of(struct wt_key *key, const struct wt_layout *l, const struct wt_node *node,
		      wt_datum *data)
{
	u32 i;

	key->data = data;
	key->hash = node->hash;
	for (i = 0; i < l->key_count; i++) {
		if (l->keys[i] == 'd') {
			data[i].n = *wt_node_long(l, node, i);
		} else {
			data[i].s = wt_node_text(l, node, i)->text;
			key->len[i] = wt_node_text(l, node, i)->len;
		}
	}
}

static void wt_node_set_keys(const struct wt_layout *l, struct wt_node *node, const struct wt_key *key)
{
	u32 i;

	node->hash = key->hash;
	for (i = 0; i < l->key_count; i++) {
		struct wt_text *text = wt_node_text(l, node, i);

		if (l->keys[i] == 'd') {
			*wt_node_long(l, node, i) = key->data[i].n;
			continue;
		}
		text->len = key->len[i];
		memcpy(text->text, key->data[i].s, key->len[i]);
		text->text[key->len[i]] = '\0';
	}
}

/* Has the element these keys, but for those in any? */
static __always_inline bool wt_node_has(const struct wt_layout *l, const struct wt_node *node,
					const struct wt_key *key, unsigned int any)
{
	u32 i;

	for (i = 0; i < l->key_count; i++) {
		const struct wt_text *text;

		if (any >> i & 1)
			continue;
		if (l->keys[i] == 'd') {
			if (*wt_node_long(l, node, i) != key->data[i].n)
				return false;
			continue;
		}
		text = wt_node_text(l, node, i);
		if (text->len != key->len[i] || memcmp(text->text, key->data[i].s, text->len))
			return false;
	}
	return true;
}
