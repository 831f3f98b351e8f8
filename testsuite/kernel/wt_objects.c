// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects that come and go through two functions, for the run tests: each has
 * a field that one function writes by right, and somebody else once.
 *
 *	echo N > /sys/module/wt_objects/parameters/go
 *
 * creates, uses and destroys N objects one after the other; half-way a stray
 * function writes the field of one. What is destroyed is overwritten: that is
 * no business of who watched it. call: one call of wt_objects_arguments().
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

struct wt_object {
	long id;
	long field;
};

/* Not static, or the compiler would inline them or give them other names. */
struct wt_object *wt_objects_create(long id);
void wt_objects_use(struct wt_object *object);
void wt_objects_stray(long *place);
void wt_objects_destroy(struct wt_object *object);
long wt_objects_arguments(long a, int b, unsigned int c, char *d, long e, long f);

/* So that objects have different addresses, and old ones come again. */
static struct wt_object *spare[5];

noinline struct wt_object *wt_objects_create(long id)
{
	struct wt_object *object = spare[id % ARRAY_SIZE(spare)];

	object->id = id;
	object->field = 0;
	return object;
}

noinline void wt_objects_use(struct wt_object *object)
{
	WRITE_ONCE(object->field, object->field + 1);
}

noinline void wt_objects_stray(long *place)
{
	WRITE_ONCE(*place, -1);
}

noinline void wt_objects_destroy(struct wt_object *object)
{
	memset(object, 0x6b, sizeof(*object));
}

/* Six arguments of three kinds, for who looks at them. */
noinline __noclone long wt_objects_arguments(long a, int b, unsigned int c, char *d, long e, long f)
{
	/* a function without effect would not be called */
	barrier();
	return a + b + c + *d + e + f;
}

/* Until what was enabled is armed, nearly always. */
static void pause(void)
{
	usleep_range(300, 500);
}

static int go(const char *value, const struct kernel_param *kp)
{
	long n, i;
	int error = kstrtol(value, 0, &n);

	for (i = 0; !error && i < n; i++) {
		struct wt_object *object = wt_objects_create(i);

		pause();
		wt_objects_use(object);
		if (i == n / 2) {
			msleep(20);
			wt_objects_stray(&object->field);
		}
		wt_objects_destroy(object);
	}
	return error;
}

static int call(const char *value, const struct kernel_param *kp)
{
	char text[] = "A";

	wt_objects_arguments(-1, -2, 3000000000u, text, LONG_MAX, 6);
	return 0;
}

static const struct kernel_param_ops go_ops = { .set = go };
static const struct kernel_param_ops call_ops = { .set = call };
module_param_cb(go, &go_ops, NULL, 0200);
module_param_cb(call, &call_ops, NULL, 0200);

static void end(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(spare); i++)
		kfree(spare[i]);
}

static int __init begin(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(spare); i++) {
		spare[i] = kzalloc(sizeof(*spare[i]), GFP_KERNEL);
		if (!spare[i]) {
			end();
			return -ENOMEM;
		}
	}
	return 0;
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("objects that come and go, for watchtap's tests");
