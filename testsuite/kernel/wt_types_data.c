// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One variable of each kind of type, for the run tests:
 *
 *	echo N > /sys/module/wt_types/parameters/step
 *		calls wt_step(N), which does nothing: a script knows by it what comes
 *	echo N > /sys/module/wt_types/parameters/go
 *		writes what step N of run/types.sh watches
 *	echo N > /sys/module/wt_types/parameters/reset
 *		makes all as it was
 */
#include <linux/cpu.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include "wt_types.h"

enum wt_color { WT_RED, WT_GREEN = 5, WT_BLUE };
enum wt_flags { WT_ONE = 1, WT_TWO = 2, WT_FOUR = 4 };

struct wt_point {
	int x;
	short y;
	u8 z;
};

struct wt_node {
	struct wt_node *next;
	long count;
	struct wt_point at;
	union {
		u32 word;
		u8 bytes[4];
	};
	struct {
		unsigned int flag : 1;
		unsigned int level : 5;
		int delta : 6;
	};
	enum wt_color color;
	enum wt_flags flags;
	char name[16];
	const char *text;
	bool on;
	u8 small;
	unsigned short half;
};

struct wt_twelve {
	u32 a, b, c;
};

struct wt_shifted {
	u32 before;
	struct wt_twelve in;
};

struct wt_wide {
	long a, b, c;
};

struct wt_packed {
	u8 a;
	u32 b;
	u16 c;
} __packed;

struct wt_node wt_third = { .count = 3, .name = "third" };
struct wt_node wt_second = { .next = &wt_third, .count = 2, .at = { 21, 22, 23 }, .name = "second" };
struct wt_node wt_first = {
	.next = &wt_second, .count = 1, .at = { -11, 12, 213 }, .word = 0x04030201, .flag = 1, .delta = -2,
	.color = WT_BLUE, .flags = WT_ONE | WT_FOUR, .name = "first", .text = "a text", .on = true, .small = 200, .half = 60000,
};
struct wt_node *wt_head = &wt_first;
struct wt_node *wt_nobody;
int wt_grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
struct wt_shifted wt_shifted __aligned(8);
struct wt_wide wt_wide __aligned(8);
struct wt_packed wt_packed __aligned(8);
char wt_text[16] __aligned(8) = "nothing";
unsigned int wt_uint;
bool wt_bool;
short wt_short;
u8 wt_byte;
long wt_long;
unsigned int wt_pair_a, wt_pair_b;
static int wt_twin;
DEFINE_PER_CPU(struct wt_point, wt_own);

noinline __noclone void wt_step(unsigned int n)
{
	barrier();
}

noinline __noclone struct wt_node *wt_find(unsigned int n)
{
	struct wt_node *node = wt_head;

	while (n-- && node)
		node = node->next;
	barrier();
	return node;
}

noinline __noclone long wt_call(struct wt_node *node, unsigned int n, char c, long l)
{
	WRITE_ONCE(node->count, node->count + 1);
	return l - n - c;
}

static void write_own(void *info)
{
	const int value = *(const int *)info;

	WRITE_ONCE(this_cpu_ptr(&wt_own)->y, value ? value + smp_processor_id() : 0);
}

static void write_all_own(int value)
{
	unsigned int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		smp_call_function_single(cpu, write_own, &value, 1);
	cpus_read_unlock();
}

static void write_text(char *to, const char *eight)
{
	u64 word;

	memcpy(&word, eight, sizeof(word));
	WRITE_ONCE(*(u64 *)to, word);
}

static void write_bits(void)
{
	wt_first.level = 19;
	barrier();
	wt_first.flag = 0;
	barrier();
	wt_first.delta = -30;
	barrier();
}

/* In the order of run/types.sh's table. */
static void write_step(unsigned int n)
{
	switch (n) {
	case 1: WRITE_ONCE(wt_uint, 40); break;
	case 2: WRITE_ONCE(wt_long, -41); break;
	case 3: WRITE_ONCE(wt_short, -42); break;
	case 4: WRITE_ONCE(wt_text[3], 'E'); break;
	case 5: WRITE_ONCE(wt_uint, 4000000000u); break;
	case 6: WRITE_ONCE(wt_byte, 200); break;
	case 7: WRITE_ONCE(wt_bool, true); break;
	case 8: WRITE_ONCE(wt_first.count, -5); break;
	case 9: WRITE_ONCE(wt_first.at.y, -7); break;
	case 10: WRITE_ONCE(wt_first.word, 0x0403fe01); break;
	case 11: case 12: write_bits(); break;
	case 13: WRITE_ONCE(wt_first.color, WT_GREEN); break;
	case 14: WRITE_ONCE(wt_first.flags, WT_TWO | WT_FOUR); break;
	case 15: write_text(wt_first.name, "other\0\0"); break;
	case 16: WRITE_ONCE(wt_grid[1][2], 77); break;
	case 17: WRITE_ONCE(wt_grid[0][1], 78); break;
	case 18: WRITE_ONCE(wt_third.count, 33); break;
	case 20: WRITE_ONCE(wt_shifted.in.b, 9); break;
	case 21: WRITE_ONCE(wt_wide.b, -10); break;
	case 22: WRITE_ONCE(wt_packed.b, 0xfffefdfc); break;
	case 23: write_all_own(30); break;
	case 24: write_all_own(40); break;
	case 25: WRITE_ONCE(wt_pair_a, 51); WRITE_ONCE(wt_pair_b, 52); break;
	case 26: WRITE_ONCE(wt_twin, 61); break;
	case 27: wt_types_write_twin(62); break;
	case 28: WRITE_ONCE(wt_second.count, 71); break;
	case 29: WRITE_ONCE(wt_third.color, WT_BLUE); break;
	case 30: wt_call(&wt_second, 42, 'q', -9); break;
	case 31: WRITE_ONCE(wt_head, &wt_second); WRITE_ONCE(wt_head, &wt_first); break;
	case 32: wt_find(1); break;
	case 33: wt_find(2); break;
	}
}

static void make_as_it_was(void)
{
	wt_uint = wt_byte = wt_bool = 0;
	wt_short = wt_long = wt_pair_a = wt_pair_b = wt_twin = 0;
	wt_types_write_twin(0);
	memcpy(wt_text, "nothing", 8);
	wt_first.count = 1;
	wt_second.count = 2;
	wt_third.count = 3;
	wt_third.color = WT_RED;
	wt_first.at.y = 12;
	wt_first.word = 0x04030201;
	wt_first.level = 0;
	wt_first.flag = 1;
	wt_first.delta = -2;
	wt_first.color = WT_BLUE;
	wt_first.flags = WT_ONE | WT_FOUR;
	strcpy(wt_first.name, "first");
	wt_grid[1][2] = 6;
	wt_grid[0][1] = 2;
	wt_shifted.in.b = 0;
	wt_wide.b = 0;
	wt_packed.b = 0;
	write_all_own(0);
}

static int set(const char *value, const struct kernel_param *kp)
{
	void (*call)(unsigned int n) = kp->arg;
	unsigned int n;
	int error = kstrtouint(value, 0, &n);

	if (!error && call)
		call(n);
	else if (!error)
		make_as_it_was();
	return error;
}

static const struct kernel_param_ops ops = { .set = set };
module_param_cb(step, &ops, wt_step, 0200);
module_param_cb(go, &ops, write_step, 0200);
module_param_cb(reset, &ops, NULL, 0200);

static int __init wt_types_init(void)
{
	return 0;
}

static void __exit wt_types_exit(void)
{
}

module_init(wt_types_init);
module_exit(wt_types_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("variables of all kinds of types, for watchtap's tests");
