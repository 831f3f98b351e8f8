# timeout: 120
# kernel/watchtap_slots.h for each who includes it: user space, a kernel module, and one for a kernel
# that has no hardware breakpoints.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out; fi
}
header=$SRCDIR/kernel

# 1. User space has the constants, and nothing else.
cat > constants.c << 'END'
#include "watchtap_slots.h"
#include <assert.h>

static_assert(WTS_INTERFACE_VERSION >= 3, "the interface's version");
static_assert(WTS_WRITE == 1 && WTS_READ_WRITE == 3, "enum wts_access");
static_assert(WTS_OFF == 0 && WTS_ARMING == 1 && WTS_ARMED == 2 && WTS_RELEASING == 3 &&
	      WTS_WAITING == 4, "enum wts_state");
static_assert(WTS_CAUSE_NONE == 0 && WTS_CAUSE_DISABLED == 1 && WTS_CAUSE_STOLEN == 2 &&
	      WTS_CAUSE_TAKEN == 3 && WTS_CAUSE_BUSY == 4 && WTS_CAUSE_CPU == 5 &&
	      WTS_CAUSE_NO_TRAP == 6 && WTS_CAUSE_PERF == 7 && WTS_CAUSE_LIMIT == 8 &&
	      WTS_CAUSE_ADDRESS == 9, "enum wts_cause");
static_assert(WTS_DYNAMIC == 1 && WTS_AIMED_LATER == 2 && WTS_LATER == 1 && WTS_QUIET == 2 &&
	      WTS_GRANT == 4, "flags");
static_assert(WTS_MAX_PIECES == 4 && WTS_NAME_LEN == 128 && WTS_REASON_LEN == 256 &&
	      WTS_MAX_STANDING == 256, "limits");

/* names of the kernel's part are still to be had */
typedef int wts_claim_create;
struct wts_claim_attr { wts_claim_create mine; };

int main(void)
{
	enum wts_access access = WTS_WRITE;
	enum wts_state state = WTS_WAITING;
	enum wts_cause cause = WTS_CAUSE_TAKEN;
	struct wts_claim_attr attr = { 0 };

	return access == WTS_WRITE && state == WTS_WAITING && cause == WTS_CAUSE_TAKEN ? attr.mine : 1;
}
END
# the compiler that makes watchtap, or the one with another name
user() {
	"$@" -Wall -Wextra -Wundef -Werror -pedantic -I"$header" -o constants constants.c > out 2>&1 && ./constants
	say $? "user space, $*"
}
for standard in c11 c17; do
	user "${CC:-cc}" -std=$standard
done
if command -v "${CXX:-c++}" > /dev/null; then
	for standard in c++11 c++17; do
		user "${CXX:-c++}" -x c++ -std=$standard
	done
else
	echo "UNSUPPORTED: user space, C++: no compiler"
fi

# 2. Without hardware breakpoints the calls are there, and refuse. User space's headers of the same
# names have the rest of what the kernel's have.
mkdir -p stub/linux
cat > stub/linux/string.h << 'END'
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>

static inline ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);

	if (length == size)
		return -E2BIG;
	memcpy(to, from, length + 1);
	return length;
}
END
cat > off.c << 'END'
#include "watchtap_slots.h"
#include <stdio.h>

#define PATTERN 0x77

static union {
	struct wts_reason reason;
	unsigned char bytes[sizeof(struct wts_reason) + 64];
} why;

static void prepare(__u32 size)
{
	memset(&why, PATTERN, sizeof(why));
	why.reason.size = size;
}

static bool untouched(size_t from)
{
	while (from < sizeof(why) && why.bytes[from] == PATTERN)
		from++;
	return from == sizeof(why);
}

/* Is it told, within what the client has room for? */
static bool told(size_t room)
{
	return why.reason.error == -EOPNOTSUPP && why.reason.claim == 0 && untouched(room) &&
	       !strcmp(why.reason.text, "this kernel has no hardware breakpoints");
}

static void say(bool ok, const char *name)
{
	printf("%s: no hardware breakpoints: %s\n", ok ? "PASS" : "FAIL", name);
}

int main(void)
{
	const __u32 version_1 = offsetof(struct wts_reason, cause), whole = sizeof(struct wts_reason);
	struct wts_claim_attr attr = { .size = sizeof(attr), .access = WTS_WRITE, .length = 1 };
	struct wts_claim_stats stats = { .size = sizeof(stats) };
	struct wts_claim *claims[1] = { NULL };
	struct wts_range range = { .length = 1 };
	bool ok = true;

	say(!wts_claim_create(&attr, NULL), "wts_claim_create");
	say(wts_claims_grant(claims, 1, NULL) == -EOPNOTSUPP, "wts_claims_grant");
	say(wts_claims_arm(claims, 1) == -EOPNOTSUPP, "wts_claims_arm");
	say(wts_claims_enable(claims, 1, NULL) == -EOPNOTSUPP, "wts_claims_enable");
	say(wts_claim_enable(claims[0], WTS_LATER, NULL) == -EOPNOTSUPP, "wts_claim_enable");
	say(wts_claim_disable(claims[0]) == -EOPNOTSUPP, "wts_claim_disable");
	say(wts_claim_disable_for(claims[0], "") == -EOPNOTSUPP, "wts_claim_disable_for");
	say(wts_claim_aim(claims[0], &range, 1, NULL) == -EOPNOTSUPP, "wts_claim_aim");
	say(!wts_claim_is_idle(claims[0]), "wts_claim_is_idle");
	say(!wts_claim_refuse(claims[0], 1, ""), "wts_claim_refuse");
	say(!wts_claim_is_open(claims[0]), "wts_claim_is_open");
	wts_claim_set_priority(claims[0], 1);
	wts_claim_stats(claims[0], &stats);
	wts_flush();
	wts_claim_destroy(claims[0]);
	say(true, "what returns nothing");

	prepare(whole);
	ok = !wts_claim_create(&attr, &why.reason) && told(whole);
	prepare(whole);
	ok = ok && wts_claims_grant(claims, 1, &why.reason) == -EOPNOTSUPP && told(whole);
	prepare(whole);
	ok = ok && wts_claims_enable(claims, 1, &why.reason) == -EOPNOTSUPP && told(whole);
	prepare(whole);
	ok = ok && wts_claim_enable(claims[0], 0, &why.reason) == -EOPNOTSUPP && told(whole);
	say(ok, "the reason");

	for (__u32 size = 4; ok && size < whole; size++) {
		prepare(size);
		ok = wts_claims_enable(claims, 1, &why.reason) == -EOPNOTSUPP && untouched(size);
	}
	prepare(version_1);
	ok = ok && wts_claims_enable(claims, 1, &why.reason) && told(version_1);
	say(ok, "a reason that is shorter");
	prepare(sizeof(why));
	say(wts_claims_enable(claims, 1, &why.reason) && told(whole), "a reason that is longer");
	prepare(0);
	say(wts_claims_enable(claims, 1, &why.reason) && told(version_1), "a reason of size 0 is version 1's");
	return 0;
}
END
# the kernel's W=1 has no -Wunused-parameter either
if "${CC:-cc}" -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Werror -D__KERNEL__ '-DIS_ENABLED(option)=0' \
	-Istub -I"$header" -o off off.c > out 2>&1; then
	./off
else
	say 1 "no hardware breakpoints: it compiles"
fi

# 3. In a kernel module, first and alone, with and without them; W=1 finds nothing.
if [ -z "$RELEASE" ]; then
	echo "UNSUPPORTED: in a kernel module: no kernel with image and headers"
	exit 0
fi
mkdir -p module
cat > module/header_on.c << 'END'
#include "watchtap_slots.h"
#include <linux/module.h>

static struct wts_claim *claim;

static int __init header_init(void)
{
	struct wts_claim_attr attr = { .size = sizeof(attr), .access = WTS_WRITE, .owner = THIS_MODULE };
	struct wts_reason why = { .size = sizeof(why) };
	struct wts_claim_stats stats = { .size = sizeof(stats) };
	struct wts_range range = { .length = 8 };

	claim = wts_claim_create(&attr, &why);
	wts_claim_set_priority(claim, 1);
	wts_claim_stats(claim, &stats);
	if (wts_claim_is_idle(claim))
		wts_claim_aim(claim, &range, 1, &why);
	wts_claim_refuse(claim, -EAGAIN, "not now");
	return wts_claims_grant(&claim, 1, &why) ?: wts_claims_arm(&claim, 1) ?:
	       wts_claims_enable(&claim, 1, &why) ?: wts_claim_enable(claim, WTS_LATER, NULL) ?:
	       wts_claim_is_open(claim);
}

static void __exit header_exit(void)
{
	wts_claim_disable_for(claim, "over");
	wts_claim_disable(claim);
	wts_flush();
	wts_claim_destroy(claim);
}

module_init(header_init);
module_exit(header_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("watchtap_slots.h");
END
{ echo '#undef CONFIG_HAVE_HW_BREAKPOINT'; cat module/header_on.c; } > module/header_off.c
{ echo 'obj-m := header_on.o header_off.o'; echo 'ccflags-y := -I$(WTS_INCLUDE)'; } > module/Kbuild
(
	# the make that runs this has settings that are not kbuild's
	unset MAKEFLAGS MFLAGS MAKELEVEL
	make -s -C "/lib/modules/$RELEASE/build" M="$PWD/module" WTS_INCLUDE="$header" W=1 KBUILD_MODPOST_WARN=1 modules
) > build 2>&1
status=$?
# nobody exports the functions here
grep -iE 'warning|error' build | grep -vE 'modpost: ("wts_|suppressed)' > out
[ $status = 0 ] && [ ! -s out ]
say $? "in a kernel module, without a warning"
undefined() {
	nm -u "module/$1.ko" | sed -n 's/^ *U \(wts_.*\)/\1/p' | sort
}
grep -oE 'wts_[a-z_]+\(' module/header_on.c | tr -d '(' | sort -u > calls
undefined header_on | diff calls - > out && [ "$(wc -l < calls)" = 15 ]
say $? "in a kernel module every function is the arbiter's"
undefined header_off > out && [ ! -s out ] && [ -f module/header_off.ko ]
say $? "without hardware breakpoints none is"
