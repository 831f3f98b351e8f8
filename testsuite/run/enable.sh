# enable and disable in every kind of handler, and in the hits of the very watch.
. "$SRCDIR/testsuite/run/lib/wait.sh"
"$WATCHTAP" run "$SCRIPTS/enable-anywhere.ko" > out 2> err &
pid=$!
wait_lines 'enabled, 3' 1 out
echo 1 > /proc/sys/kernel/panic
wait_lines 'enabled, 5' 1 out
cat /proc/sys/kernel/hostname > /dev/null
cat /proc/sys/kernel/core_pattern > /dev/null
wait_lines 'enabled, 7' 1 out
kill -INT $pid
wait $pid
status=$?
cat > want <<'E'
begin: granted
enabled, 0
disabled, 1: disabled
in .disabled: granted
enabled, 1
timer: granted
disabled, 3: disabled
enabled, 3
hit: granted
disabled, 5: disabled
enabled, 5
function: granted
disabled, 7: disabled
enabled, 7
disabled, 8: script ends
E
[ $status = 0 ] && [ ! -s err ] && cmp -s want out
say $? "in begin, a timer, a hit, a function's probe and .disabled" out err
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/disables-itself.ko" -c 'echo 3000000 > /sys/module/wt_writer/parameters/go' > out 2> err
[ "$(cat out)" = "rounds, stray 0" ]
say $? "a watch that disables itself has not one hit more, on two CPUs" out err
rmmod wt_writer
echo 0 > /proc/sys/kernel/panic
