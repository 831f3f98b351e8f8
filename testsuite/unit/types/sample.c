/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What types-test.c compiles in several ways and reads back. Lines are counted:
 * sample.expected has those of the functions.
 */
typedef int pid_like;
typedef pid_like pid_alias;
typedef unsigned long long u64;
typedef void (*callback)(int, const char *);
typedef struct { int counter; } atomic_like;

enum colour { RED, GREEN = 5, BLUE = -3 };
enum big { SMALL = 1, HUGE = 0xfffffffff0 };

struct unknown;

struct outer {
	char name[16];
	const char *const *list;
	struct outer *next;
	union {
		int whole;
		struct {
			short low, high;
		};
	};
	struct { long x, y; } named;
	unsigned a : 3, b : 5;
	int : 4;
	signed int c : 7;
	_Bool flag : 1;
	u64 wide : 40;
	enum colour colour;
	int matrix[2][3][4];
	struct unknown *nobody;
	callback call;
	int (*handlers[4])(struct outer *, void *);
	unsigned char bytes[];
};

union both {
	int i;
	float f;
	long double ld;
};

struct __attribute__((packed)) packed {
	char c;
	long l;
	unsigned bits : 11;
};

int global_int = 1;
static int hidden[3] = { 1, 2, 3 };
extern int elsewhere;
extern int first_declared;
int first_declared = 7;
const volatile unsigned short port = 2;
struct outer *outer_list;
struct outer outer_one = { .name = "one" };
union both both;
struct packed packed;
enum colour colour = GREEN;
enum big big = HUGE;
atomic_like refs;
pid_alias pid;
char text[8] = "text";
signed char tiny = -1;
_Bool truth = 1;
void *pointer = &global_int;
int (*(*table)[2])(void) = 0;
__attribute__((section(".data..percpu"), used)) long per_cpu_long = 3;
static __attribute__((section(".init.data"), used)) int at_start = 4;
double number = 1.5;

__attribute__((noinline)) int sum(int a, long b, const char *c)
{
	return a + (int)b + c[0];
}

int many(int a, int b, int c, int d, int e, int f, int g, struct outer *h)
{
	return a + b + c + d + e + f + g + h->whole + hidden[a];
}

static inline __attribute__((always_inline)) int small(pid_alias p)
{
	return p * elsewhere;
}

static __attribute__((noinline)) int partly(int used, int unused)
{
	return used * 3;
}

void nothing(void)
{
	pointer = 0;
}

int caller(int n)
{
	return small(n) + partly(n, 5) + sum(n, 1, text) + first_declared;
}

u64 by_value(struct packed p, atomic_like q)
{
	return (u64)p.l + (u64)q.counter;
}

int halve(int n)
{
	return n / 2;
}

void complain(int n) __attribute__((cold));

int split(int n)
{
	if (n > 100) {
		complain(n);
		complain(n + 1);
	}
	return halve(n);
}
