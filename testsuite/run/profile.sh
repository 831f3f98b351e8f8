# timer.profile: on every CPU, with what it interrupted; a CPU that goes and comes back.
. "$SRCDIR/testsuite/run/lib/wait.sh"
"$WATCHTAP" run "$SCRIPTS/profile.ko" > out 2> err &
script=$!
wait_lines '^1 1 1$' 1 out
grep -qx '1 1 1' out
say $? "ticks on both CPUs, in code" out err
kill -INT $script
wait $script
[ ! -s err ]
say $? "it ends without a word" err
"$WATCHTAP" run "$SCRIPTS/profile-hotplug.ko" > out 2> err &
script=$!
wait_lines '^CPU 1$' 1 out
echo 0 > /sys/devices/system/cpu/cpu1/online
sleep 0.6
echo 1 > /sys/devices/system/cpu/cpu1/online
wait_lines '^CPU 1 again$' 1 out
kill -INT $script
wait $script
grep -qx 'CPU 1 again' out && [ ! -s err ]
say $? "a CPU that goes and comes back" out err
