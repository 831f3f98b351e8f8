// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loops over arrays. The callers hold the lock of the globals or run alone, so
 * loops that run at the same time are one handler's, inside one another.
 */
void wt_loop_begin(struct wt_ctx *c, struct wt_loop *loop, struct wt_map *map,
		   const struct wt_loop_spec *spec, long limit, const char *place)
{
	struct wt_map_state *s = map->state;
	unsigned int room = 0;
	u32 most = map->entries;

	while (room < map->loops && s->orders[room].used)
		room++;
	if (room == map->loops) {
		wt_fail(c, place, "too many loops over one array inside one another");
		return;
	}
	if (map->value == 'x' && !s->loops && !wt_map_merge(map)) {
		wt_fail(c, place, s->full);
		return;
	}
	if (limit >= 0 && limit < most)
		most = limit;
	s->orders[room].used = true;
	s->loops++;
	loop->map = map;
	loop->room = room + 1;
	loop->at = 0;
	loop->count = wt_sort(&s->table, spec, s->orders[room].ranks, most);
	loop->node = 0;
	loop->born = s->table.born;
}

_Bool wt_loop_next(struct wt_loop *loop)
{
	if (!loop->room)
		return false;
	while (loop->at < loop->count) {
		const struct wt_map_state *s = loop->map->state;
		u32 number = s->orders[loop->room - 1].ranks[loop->at++].node;
		u64 born = wt_node(&s->table, number)->born;

		/* it may be deleted, and another be there in its place */
		if (born <= s->table.cleared || born > loop->born)
			continue;
		loop->node = number;
		return true;
	}
	return false;
}

void wt_loop_end(struct wt_loop *loop)
{
	struct wt_map_state *s;

	if (!loop->room)
		return;
	s = loop->map->state;
	s->orders[loop->room - 1].used = false;
	s->loops--;
	loop->room = 0;
}

static const struct wt_node *wt_loop_node(const struct wt_loop *loop)
{
	return wt_node(&loop->map->state->table, loop->node);
}

long wt_loop_key_long(const struct wt_loop *loop, unsigned int key)
{
	return *wt_node_long(&loop->map->state->layout, wt_loop_node(loop), key);
}

const char *wt_loop_key_string(const struct wt_loop *loop, unsigned int key)
{
	return wt_node_text(&loop->map->state->layout, wt_loop_node(loop), key)->text;
}

static const void *wt_loop_value(const struct wt_loop *loop)
{
	return wt_node_value(&loop->map->state->layout, wt_loop_node(loop));
}

long wt_loop_value_long(const struct wt_loop *loop)
{
	return *(const long *)wt_loop_value(loop);
}

const char *wt_loop_value_string(const struct wt_loop *loop)
{
	return wt_loop_value(loop);
}

const struct wt_stat *wt_loop_value_stat(const struct wt_loop *loop)
{
	return wt_loop_value(loop);
}
