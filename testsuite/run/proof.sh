# Registers that do not fire: a script is told at its start, and while its watches are armed or wait.
. "$SRCDIR/testsuite/run/lib/wait.sh"
cpu1=/sys/devices/system/cpu/cpu1/online
knob=/sys/module/watchtap_slots/parameters/fail_proof
traps="this machine's debug registers do not fire"
online() {
	echo 0 > $cpu1
	echo "$1" > $knob
	echo 1 > $cpu1
}
insmod "$SLOTS" fail_proof=1 || exit 1
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c true > out 2> err
[ $? = 1 ] && [ ! -s out ] && grep -q "error: kernel.data(.*: $traps \[start\]" err
say $? "a script does not start" out err
"$WATCHTAP" run "$SCRIPTS/told.ko" -c true > out 2> err
[ $? = 0 ] && [ "$(sort out)" = "unavailable: $traps
wide unavailable: $traps" ]
say $? "a watch that may fail is told" out err
rmmod watchtap_slots 2> err

if [ ! -w $cpu1 ]; then
	echo "UNSUPPORTED: a CPU whose registers do not fire: there is one CPU"
	exit
fi
insmod "$SLOTS"
"$WATCHTAP" run "$SCRIPTS/told.ko" > out 2> err &
script=$!
wait_lines '^wide' 1 out
online 1
wait_lines "do not fire" 2 out
online 0
sleep 0.3
grep -c ' armed ' /proc/watchtap/slots > armed
kill -INT $script
wait $script
sed 's/^wide unavailable: [^t].*/wide waits/' out | sort > told
[ "$(cat told)" = "disabled: $traps
enabled, 0
wide unavailable: $traps
wide waits" ]
say $? "a CPU comes whose registers do not fire: who is armed is disabled, who waits is off" out err
[ "$(cat armed)" = 0 ]
say $? "nobody is enabled again by itself" armed
rmmod watchtap_slots
