# The program that runs a script is killed: the watch is gone at once, the module with the next run.
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c 'sleep 100' > out 2> err &
pid=$!
tries=0
until grep -q armed /proc/watchtap/slots 2> /dev/null || [ $tries = 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
grep -q ' armed ' /proc/watchtap/slots && echo "PASS: armed" || echo "FAIL: armed"
kill -KILL $pid
wait $pid 2> /dev/null
sleep 0.2
if grep -q ' armed ' /proc/watchtap/slots; then
	echo "FAIL: released after SIGKILL"
	cat /proc/watchtap/slots
else
	echo "PASS: released after SIGKILL"
fi
grep -q '^wt_' /proc/modules && echo "PASS: its module is still there" || echo "FAIL: its module is still there"
pkill -f 'sleep 100'
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c 'echo 3 > /proc/sys/kernel/panic' > out 2> err
[ "$(cat out)" = "3
end" ] && echo "PASS: the next run" || { echo "FAIL: the next run"; cat out err; }
grep -qE '^(wt_|watchtap)' /proc/modules && { echo "FAIL: nothing is left"; cat /proc/modules; } || echo "PASS: nothing is left"
echo 0 > /proc/sys/kernel/panic
