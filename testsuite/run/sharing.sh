# Several scripts at once: equal watches share a register; when all are taken, the loser is told by whom.
wait_for() {
	tries=0
	until [ "$(grep -c ' armed ' /proc/watchtap/slots 2> /dev/null)" = "$1" ] || [ $tries = 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/three.ko" > three.out 2> three.err &
three=$!
wait_for 3
"$WATCHTAP" run "$SCRIPTS/panic.ko" > one.out 2> one.err &
one=$!
wait_for 4
"$WATCHTAP" run "$SCRIPTS/count.ko" > count.out 2> count.err
status=$?
if [ $status = 1 ] && [ ! -s count.out ] && grep -q 'no free register.*3 held by.*\[start\]' count.err; then
	echo "PASS: no register left"
else
	echo "FAIL: no register left: status $status"
	cat count.out count.err
fi
"$WATCHTAP" run "$SCRIPTS/print-once.ko" -c 'echo 4 > /proc/sys/kernel/panic' > two.out 2> two.err
kill -INT $one
wait $one
status=$?
# QEMU tells one register of a store, real CPUs all: equal watches share one
if [ $status = 0 ] && [ "$(cat one.out)" = "4
end" ] && [ "$(cat two.out)" = 4 ]; then
	echo "PASS: two scripts share a register"
else
	echo "FAIL: two scripts share a register: status $status"
	cat one.out one.err two.out two.err
fi
kill -INT $three
wait $three
rmmod wt_writer
echo 0 > /proc/sys/kernel/panic
