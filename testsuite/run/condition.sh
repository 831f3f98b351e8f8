# Conditions: a watch whose condition is false leaves its registers to others. Overload switches a watch off.
. "$SRCDIR/testsuite/run/lib/wait.sh"
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/condition.ko" > raw 2> err &
pid=$!
# step VALUE PATTERN: writes it, and waits for another line with the pattern
step() {
	before=$(grep -cE "$2" raw)
	echo "$1" > /proc/sys/kernel/panic
	wait_lines "$2" $((before + 1)) raw
}
wait_lines enabled 1 raw
step 1 'second unavailable'
step 2 'second enabled'
step 3 'first unavailable'
step 5 'first enabled'
step 6 'second unavailable'
kill -INT $pid
wait $pid
status=$?
sed 's/wt_test_[0-9]*/SCRIPT/' raw > out
cat > want <<'E'
first enabled
1
second unavailable: no free register: 4 held by "SCRIPT"
2
first disabled: its condition is false
second enabled
3
first unavailable: no free register: 4 held by "SCRIPT"
5
second disabled: its condition is false
first enabled
6
enable 0
second unavailable: its condition is false
first disabled: script ends
E
[ $status = 0 ] && [ ! -s err ] && cmp -s out want
say $? "a register goes to and fro between two watches by their conditions" out err

"$WATCHTAP" run "$SCRIPTS/overload-told.ko" > out 2> err &
pid=$!
wait_lines '^enabled' 1 out
echo 3000 > /sys/module/wt_writer/parameters/hot
wait_lines '^disabled' 1 out
echo 1 > /proc/sys/kernel/panic
wait_lines '^enabled' 2 out
kill -INT $pid
wait $pid
status=$?
cat > want <<'E'
enabled
disabled: its handlers took too much of a CPU (STP_OVERLOAD_THRESHOLD)
disable 0
enable 1
enabled
disabled: script ends
end
E
[ $status = 0 ] && cmp -s out want
say $? "overload / armed: it is told and off, and can be enabled again" out err
rmmod wt_writer
echo 0 > /proc/sys/kernel/panic
