# kernel.function: arguments, the value that is returned, patterns; what is refused.
. "$SRCDIR/testsuite/run/lib/wait.sh"
insmod "$MODULES/wt_objects.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/functions.ko" -c 'echo 1 > /sys/module/wt_objects/parameters/call' > out 2> err
[ $? = 0 ] && [ ! -s err ] && [ "$(wc -l < out)" = 3 ] && grep -qx 'like wt_objects_arg\*' out &&
	grep -qx -e '-1 -2 3000000000 A 9223372036854775807 6' out && grep -qx 'returned -9223372033854775741' out
say $? "arguments, the value returned, a pattern" out err
refused() {
	"$WATCHTAP" run "$SCRIPTS/$1.ko" > out 2> err
	[ $? = 1 ] && [ ! -s out ] && grep -qE "$2" err
	say $? "$3" out err
}
refused functions-unknown 'functions-unknown\.stp:1:7: error: .*"wt_objects_argument".*\[unknown-function-name\]$' "an unknown function"
refused functions-many 'functions-many\.stp:1:7: error: [0-9]+ functions are called like "\*".*\[too-many-functions\]$' "too many functions"
"$WATCHTAP" run "$SCRIPTS/functions-wrong.ko" -c 'echo 1 > /sys/module/wt_objects/parameters/call' > out 2> err
[ $? = 1 ] && [ ! -s out ] && grep -q 'returnval: this is no function.s return' err &&
	grep -q 'long_arg: this is no function.s entry' err && grep -q 'long_arg: arguments are counted' err
say $? "long_arg at a return, returnval at an entry" out err
"$WATCHTAP" run "$SCRIPTS/functions-module.ko" -c 'echo 1 > /sys/module/wt_objects/parameters/call' > out 2> err
[ $? = 0 ] && [ ! -s err ] && [ "$(sort out | tr '\n' ' ')" = "entry kprobe return " ]
say $? "a module's functions; those that may be missing" out err
refused functions-not-there 'functions-not-there\.stp:2:7: error: .*of module wt_objects "panic".*\[unknown-function-name\]$' "a function that is not the module's"
refused functions-not-loaded 'functions-not-loaded\.stp:1:7: error: module wt_absent not loaded \[no-module\]$' "a function of a module that is not loaded"
rmmod wt_objects
