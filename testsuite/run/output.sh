# A line is there soon after its hit, through a pipe as well; a reader that goes ends the run.
mkfifo fifo
"$WATCHTAP" run "$SCRIPTS/print-once.ko" -T 20 > fifo 2> err &
pid=$!
exec 3< fifo
until grep -q ' armed ' /proc/watchtap/slots 2> /dev/null; do sleep 0.1; done
sleep 0.3
echo 6 > /proc/sys/kernel/panic
before=$(cut -d ' ' -f 1 /proc/uptime)
read -r line <&3
after=$(cut -d ' ' -f 1 /proc/uptime)
# uptime counts hundredths of a second
late=$(awk "BEGIN { print int(($after - $before) * 1000) }")
if [ "$line" = 6 ] && [ "$late" -le 100 ]; then
	echo "PASS: a line within 100 ms through a pipe"
else
	echo "FAIL: a line within 100 ms through a pipe: '$line' after $late ms"
fi
kill -INT $pid
wait $pid
exec 3<&-
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c 'for i in 1 2 3 4 5; do echo $i > /proc/sys/kernel/panic; sleep 0.2; done; sleep 30' 2> err | head -1 > out
if [ "$(cat out)" = 1 ] && ! grep -q . err; then
	echo "PASS: head -1"
else
	echo "FAIL: head -1"
	cat out err
fi
"$WATCHTAP" run "$SCRIPTS/panic.ko" -o file.out -c 'echo 8 > /proc/sys/kernel/panic' > out 2> err
[ "$(cat file.out)" = "8
end" ] && [ ! -s out ] && echo "PASS: -o" || { echo "FAIL: -o"; cat out err file.out; }
"$WATCHTAP" run "$SCRIPTS/panic.ko" -o /dev/full -c 'echo 9 > /proc/sys/kernel/panic; sleep 20' > out 2> err
status=$?
[ $status = 1 ] && grep -q '\[output\]' err && echo "PASS: a full disk" || { echo "FAIL: a full disk: status $status"; cat out err; }
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c 'exit 7' > out 2> err
status=$?
[ $status = 0 ] && grep -q 'status 7' err && echo "PASS: a command that fails" || { echo "FAIL: a command that fails: status $status"; cat out err; }
"$WATCHTAP" run "$SCRIPTS/panic.ko" -T 0.5 -c 'trap "echo got TERM; exit" TERM; while :; do sleep 0.05; done' > out 2> err
status=$?
[ $status = 0 ] && grep -q 'got TERM' out && echo "PASS: the command gets SIGTERM" || { echo "FAIL: the command gets SIGTERM: status $status"; cat out err; }
echo 0 > /proc/sys/kernel/panic
