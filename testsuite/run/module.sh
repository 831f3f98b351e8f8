# Watches on a module's data follow it: armed before its init function runs, gone before its memory is.
. "$SRCDIR/testsuite/run/lib/wait.sh"
check() {
	sed 's/begin+[^ ]*/begin/' out > got
	[ $status = 0 ] && [ ! -s err ] && cmp -s got want
	say $? "$1" out err
}
"$WATCHTAP" run "$SCRIPTS/module-now.ko" > out 2> err
[ $? = 1 ] && [ ! -s out ] && grep -q 'module-now\.stp:2:.*module wt_init not loaded.*\[no-module\]$' err && grep -q '^note: add \.later' err
say $? "not loaded, no .later: the script does not start" out err

"$WATCHTAP" run "$SCRIPTS/module-later.ko" > out 2> err &
pid=$!
wait_lines unavailable 1 out
for round in 1 2 3; do
	insmod "$MODULES/wt_init.ko"
	rmmod wt_init
	wait_lines disabled $round out
done
echo 1 > /proc/sys/kernel/panic
wait_lines '^enable' $((3 + 1)) out
insmod "$MODULES/wt_init.ko"
wait_lines '^enabled' 4 out
rmmod wt_init
wait_lines disabled 4 out
echo 2 > /proc/sys/kernel/panic
wait_lines '^disable 1' 1 out
insmod "$MODULES/wt_init.ko"
rmmod wt_init
echo 3 > /proc/sys/kernel/panic
wait_lines '^enable later 0' 1 out
insmod "$MODULES/wt_init.ko"
wait_lines '^enabled' 5 out
kill -INT $pid
wait $pid
status=$?
there() {
	echo enabled
	echo '0 -> 42 by begin'
	echo "disabled: ${1:-its module was unloaded}"
}
{
	echo 'unavailable: module wt_init not loaded'
	there; there; there
	echo 'unavailable: module wt_init not loaded'
	echo 'enable 0'
	there
	echo 'disable 1'
	echo 'unavailable: module wt_init not loaded'
	echo 'enable later 0'
	there 'script ends'
	echo end
} > want
check "loaded and unloaded: the write in its init function, each time"
"$WATCHTAP" run "$SCRIPTS/module-now.ko" -c 'rmmod wt_init; insmod "$MODULES/wt_init.ko"' > out 2> err
status=$?
{ echo begin; echo hit; } > want
[ $status = 0 ] && cmp -s out want && [ ! -s err ]
say $? "one that was there at the start comes back with its module" out err
rmmod wt_init
echo 0 > /proc/sys/kernel/panic
