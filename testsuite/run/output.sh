# A line is there soon after its hit, through a pipe as well; a reader that goes ends the run.
# Of six lines the quickest tells: a machine that is busy with something else is no failure.
mkfifo fifo
"$WATCHTAP" run "$SCRIPTS/print-once.ko" -T 20 > fifo 2> err &
pid=$!
exec 3< fifo
until grep -q ' armed ' /proc/watchtap/slots 2> /dev/null; do sleep 0.1; done
sleep 0.3
best=1000
for value in 1 2 3 4 5 6; do
	read -r before _ < /proc/uptime
	echo $value > /proc/sys/kernel/panic
	read -r line <&3
	read -r after _ < /proc/uptime
	# hundredths of a second, without the point
	late=$((10 * (${after%.*}${after#*.} - ${before%.*}${before#*.})))
	[ "$line" = $value ] || best="no line $value, but '$line'"
	[ $late -lt "$best" ] 2> /dev/null && best=$late
done
if [ "$best" -le 100 ] 2> /dev/null; then
	echo "PASS: a line within 100 ms through a pipe"
else
	echo "FAIL: a line within 100 ms through a pipe: $best"
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
